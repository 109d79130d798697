package jong.registry;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import jong.registry.hosts.TlsSettings;
import jong.wire.pem.PemFile;
import org.jspecify.annotations.Nullable;

/** Makes what the JDK needs to speak TLS as settings say. */
public final class TlsContexts {

    private static final char[] NO_PASSWORD = new char[0];

    private TlsContexts() {}

    /**
     * A context for clients of other servers than registries.
     *
     * @param verified whether the server's certificate must be valid
     * @param authorities files of certificates (PEM) that are trusted besides the system's
     * @param identity a file with the client's certificate and one with its key, or neither
     * @throws IOException naming the file that cannot be read, never its content
     */
    public static SSLContext client(boolean verified, List<Path> authorities, List<Path> identity)
            throws IOException {
        List<TlsSettings.Identity> identities =
                identity.isEmpty()
                        ? List.of()
                        : List.of(new TlsSettings.Identity(identity.get(0), identity.get(1)));
        return of(new TlsSettings(verified, authorities, identities));
    }

    /**
     * A context for these settings.
     *
     * @throws IOException naming the file that cannot be read, never its content
     */
    static SSLContext of(TlsSettings tls) throws IOException {
        try {
            TrustManager[] trust =
                    tls.verified() ? trust(tls) : new TrustManager[] {new TrustsAll()};
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identities(tls), trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use certificates " + tls + ": " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trust(TlsSettings tls)
            throws IOException, GeneralSecurityException {
        if (tls.authorities().isEmpty()) {
            return null; // The system's.
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (X509Certificate known : systemAuthorities()) {
            store.setCertificateEntry("system-" + number++, known);
        }
        for (var file : tls.authorities()) {
            for (Certificate certificate : PemFile.read(file).certificates()) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
        }
        return trustManagers(store);
    }

    private static X509Certificate[] systemAuthorities() throws GeneralSecurityException {
        for (TrustManager manager : trustManagers(null)) {
            if (manager instanceof X509TrustManager x509) {
                return x509.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] trustManagers(@Nullable KeyStore store)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] identities(TlsSettings tls)
            throws IOException, GeneralSecurityException {
        if (tls.identities().isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (TlsSettings.Identity identity : tls.identities()) {
            Certificate[] chain =
                    PemFile.read(identity.certificate()).certificates().toArray(Certificate[]::new);
            store.setKeyEntry(
                    "client-" + number++,
                    PemFile.read(identity.key()).privateKey(),
                    NO_PASSWORD,
                    chain);
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    /** For registries that were declared insecure: takes any certificate for any name. */
    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
