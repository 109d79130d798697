package jong.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import jong.wire.pem.PemFile;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of TLS 1.2 and 1.3, by the JDK's implementation. May be used by several threads
 * at once.
 */
public final class Tls {

    private final Path certificate;
    private final Path key;
    private final @Nullable Path authorities;
    private volatile SslContext context;

    private Tls(Path certificate, Path key, @Nullable Path authorities) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.authorities = authorities;
        this.context = read(certificate, key, authorities);
    }

    /**
     * TLS for clients of any kind.
     *
     * @param certificate the certificate and its chain, PEM
     * @param key the private key, PEM
     * @throws IOException if a file cannot be read or used
     */
    public static Tls of(Path certificate, Path key) throws IOException {
        return new Tls(certificate, key, null);
    }

    /**
     * TLS for clients that have a certificate.
     *
     * @param authorities PEM certificates; one of them must have signed the client's
     * @throws IOException if a file cannot be read or used
     */
    public static Tls withClientCertificates(Path certificate, Path key, Path authorities)
            throws IOException {
        return new Tls(certificate, key, authorities);
    }

    /**
     * Reads the files anew, for the connections to come; those that are there go on.
     *
     * @throws IOException if a file cannot be read or used; then all stays as it was
     */
    public void reload() throws IOException {
        context = read(certificate, key, authorities);
    }

    private static SslContext read(Path certificate, Path key, @Nullable Path authorities)
            throws IOException {
        SslContextBuilder builder = builder(certificate, key);
        if (authorities != null) {
            builder.clientAuth(ClientAuth.REQUIRE).trustManager(trusted(authorities));
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw unusable(certificate, key, e);
        }
    }

    private static SslContextBuilder builder(Path certificate, Path key) throws IOException {
        try {
            List<X509Certificate> chain = readable(certificate).certificates();
            PrivateKey secret = readable(key).privateKey();
            requirePair(chain.getFirst(), secret);
            return SslContextBuilder.forServer(secret, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(certificate, key, e);
        }
    }

    private static List<X509Certificate> trusted(Path authorities) throws IOException {
        try {
            return readable(authorities).certificates();
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot use the authorities in " + authorities + ": " + e, e);
        }
    }

    /** A file cannot be opened at all: what it should be has no part in that. */
    private static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(Path path) {
            super("cannot read " + path);
        }
    }

    private static PemFile readable(Path path) throws IOException {
        if (!Files.isReadable(path)) {
            throw new UnreadableException(path);
        }
        return PemFile.read(path);
    }

    /** Files that are changed one after another do not fit in between. */
    private static void requirePair(X509Certificate certificate, PrivateKey key)
            throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] sample = {1};
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(sample);
        if (!signature.verify(signed)) {
            throw new SignatureException("the key is not that of the certificate");
        }
    }

    private static IOException unusable(Path certificate, Path key, Exception cause) {
        return new IOException(
                "cannot use certificate "
                        + certificate
                        + " with key "
                        + key
                        + ": "
                        + cause.getMessage(),
                cause);
    }

    SslHandler handler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }
}
