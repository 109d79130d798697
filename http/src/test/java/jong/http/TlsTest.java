package jong.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest extends ServerTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path directory;
    private Path certificate;
    private Path privateKey;
    private KeyStore keys;

    @BeforeEach
    void makeCertificate() throws Exception {
        Path store = directory.resolve("store.p12");
        run(
                List.of(
                        System.getProperty("java.home") + "/bin/keytool",
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString()));
        keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Key key = keys.getKey("test", PASSWORD);
        certificate = pem("CERTIFICATE", keys.getCertificate("test").getEncoded());
        privateKey = pem("PRIVATE KEY", key.getEncoded());
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    private Path pem(String label, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
        return Files.writeString(
                directory.resolve(label + ".pem"),
                "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }

    private SSLContext trusting(@Nullable KeyStore own) throws Exception {
        return trusting(keys.getCertificate("test"), own);
    }

    private static SSLContext trusting(Certificate server, @Nullable KeyStore own)
            throws Exception {
        var trust = TrustManagerFactory.getInstance("PKIX");
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server);
        trust.init(trusted);
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(own, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static String exchange(SSLContext client, URI uri, String body) throws IOException {
        var connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(client.getSocketFactory());
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(UTF_8));
        try (var in = connection.getInputStream()) {
            return readAll(in);
        }
    }

    private static void echoSafely(Exchange exchange) throws IOException {
        assertThat(exchange.secure()).isTrue();
        echo(exchange);
    }

    private URI listen(Step step, Tls tls) throws IOException {
        var bound = (ListenAddress.Tcp) serve(step, Limits.GO).listen(loopback(), tls);
        return URI.create("https://localhost:" + bound.address().getPort() + "/");
    }

    @Test
    void requestsAndAnswersAreEncrypted() throws Exception {
        URI uri = listen(TlsTest::echoSafely, Tls.of(certificate, privateKey));
        String text = "0123456789".repeat(200_000);
        SSLContext client = trusting(null);
        for (int i = 0; i < 3; i++) {
            assertThat(exchange(client, uri, text)).isEqualTo(text);
        }
    }

    @Test
    void filesAreEncryptedToo() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "x".repeat(300_000));
        URI uri =
                listen(
                        exchange -> {
                            try (var channel = FileChannel.open(file)) {
                                exchange.file(200, "", channel, 1, 299_999);
                            }
                        },
                        Tls.of(certificate, privateKey));
        assertThat(exchange(trusting(null), uri, "")).hasSize(299_999);
    }

    @Test
    void aRefusedBodyLeavesNothingBehind() throws Exception {
        URI uri = listen(exchange -> exchange.empty(204), Tls.of(certificate, privateKey));
        SSLContext client = trusting(null);
        for (int i = 0; i < 5; i++) {
            assertThat(exchange(client, uri, "x".repeat(50_000 * i))).isEmpty();
        }
    }

    @Test
    void aClientWithoutTheRightCertificateIsRefused() throws Exception {
        URI uri =
                listen(
                        exchange -> exchange.whole(200, "", "in".getBytes(UTF_8)),
                        Tls.withClientCertificates(certificate, privateKey, certificate));
        SSLContext unknown = trusting(null);
        assertThat(exchange(trusting(keys), uri, "")).isEqualTo("in");
        assertThatThrownBy(() -> exchange(unknown, uri, "")).isInstanceOf(IOException.class);
    }

    /** As openssl and docker's instructions make them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ecparam -name prime256v1 -genkey -out %s",
                "genrsa -traditional -out %s 2048",
                "genpkey -algorithm ED25519 -out %s"
            })
    void keysOfAllEncodingsAreTaken(String make) throws Exception {
        Path key = directory.resolve("key");
        Path self = directory.resolve("certificate");
        openssl(make.formatted(key));
        openssl("req -x509 -new -key " + key + " -subj /CN=localhost -out " + self);
        URI uri = listen(TlsTest::echoSafely, Tls.of(self, key));
        Certificate own;
        try (InputStream in = Files.newInputStream(self)) {
            own = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        var connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(trusting(own, null).getSocketFactory());
        connection.setHostnameVerifier((_, _) -> true);
        connection.connect();
        assertThat(connection.getServerCertificates()[0]).isEqualTo(own);
    }

    private static void openssl(String arguments) throws IOException, InterruptedException {
        run(List.of(("openssl " + arguments).split(" ")));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path other = directory.resolve("other");
        openssl("ecparam -name prime256v1 -genkey -out " + other);
        assertThatThrownBy(() -> Tls.of(certificate, other))
                .hasMessage(
                        "cannot use certificate %s with key %s: the key is not that of the"
                                + " certificate",
                        certificate, other);
    }

    @Test
    void filesThatAreNoCertificateAreNamed() throws IOException {
        Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
        assertThatThrownBy(() -> Tls.of(nonsense, privateKey))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot use certificate " + nonsense);
        assertThatThrownBy(() -> Tls.of(directory.resolve("none"), privateKey))
                .hasMessage("cannot read " + directory.resolve("none"));
    }
}
