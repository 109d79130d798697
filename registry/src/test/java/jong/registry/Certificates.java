package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import jong.wire.pem.PemFile;

/** Makes certificates with openssl. */
final class Certificates {

    private Certificates() {}

    /** {@code NAME.crt} and {@code NAME.key} in a directory, for a host, signed by itself. */
    static void selfSigned(Path directory, String name, String host) throws Exception {
        Path log = directory.resolve("openssl.log");
        List<String> command =
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + host,
                        "-addext",
                        "subjectAltName=DNS:" + host,
                        "-keyout",
                        directory.resolve(name + ".key").toString(),
                        "-out",
                        directory.resolve(name + ".crt").toString());
        Process openssl =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(openssl.waitFor()).as(Files.readString(log)).isZero();
    }

    /** For servers that show {@code NAME.crt} of a directory, and trust it. */
    static SSLContext context(Path directory, String name) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                PemFile.read(directory.resolve(name + ".key")).privateKey(),
                new char[0],
                PemFile.read(directory.resolve(name + ".crt"))
                        .certificates()
                        .toArray(Certificate[]::new));
        Certificate own = store.getCertificate("server");
        var known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("server", own);
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(known);
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
