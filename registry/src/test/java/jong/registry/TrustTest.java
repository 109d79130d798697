package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries with certificates of one's own, which send their clients elsewhere. */
class TrustTest {

    private static final byte[] BYTES = {1, 2, 3};

    @TempDir Path directory;
    private String host;

    @BeforeEach
    void makeCertificate() throws Exception {
        host = InetAddress.getLocalHost().getHostName();
        Certificates.selfSigned(directory, "server", host);
    }

    private ServerSocket listen(int port) throws Exception {
        var socket =
                (SSLServerSocket)
                        Certificates.context(directory, "server")
                                .getServerSocketFactory()
                                .createServerSocket(port);
        socket.setWantClientAuth(true);
        return socket;
    }

    private RegistryOptions options(ScriptedServer registry) throws IOException {
        Path own = directory.resolve("certs.d").resolve(host + ":" + registry.port());
        Files.createDirectories(own);
        for (String name : List.of("ca.crt", "me.cert")) {
            Files.copy(directory.resolve("server.crt"), own.resolve(name));
        }
        Files.copy(directory.resolve("server.key"), own.resolve("me.key"));
        return RegistryOptions.DEFAULT.withDirectories(List.of(own.getParent()));
    }

    private Repository repository(RegistryClient client, ScriptedServer registry) {
        var reference = Reference.parse(host + ":" + registry.port() + "/app:v1");
        return client.repository(reference, RegistryAuth.ANONYMOUS, Purpose.PUSH);
    }

    @Test
    void contentAndTokensMayComeFromAnotherHostOfTheSameAuthority() throws Exception {
        List<String> shown = new CopyOnWriteArrayList<>();
        try (var registry = new ScriptedServer(listen(0));
                var elsewhere = new ScriptedServer(listen(0));
                var client = new RegistryClient(options(registry))) {
            String there = "https://" + host + ":" + elsewhere.port();
            registry.on(
                    "/v2/app/",
                    exchange -> {
                        if (exchange.header("Authorization").isEmpty()) {
                            exchange.with(
                                    "WWW-Authenticate", "Bearer realm=\"" + there + "/token\"");
                            exchange.answer(401, new byte[0]);
                        } else {
                            shown.add("registry: " + exchange.peer());
                            exchange.with("Location", there + "/blob").answer(307, new byte[0]);
                        }
                    });
            elsewhere.on(
                    "/token",
                    exchange -> exchange.answer(200, "{\"token\":\"t\"}".getBytes(UTF_8)));
            elsewhere.on(
                    "/blob",
                    exchange -> {
                        shown.add("elsewhere: " + exchange.peer());
                        exchange.answer(200, BYTES);
                    });
            try (RemoteBlob blob = repository(client, registry).openBlob(Digest.sha256(BYTES))) {
                assertThat(blob.body().readAllBytes()).isEqualTo(BYTES);
            }
        }
        assertThat(shown)
                .as("who proved to be somebody")
                .containsExactly("registry: CN=" + host, "elsewhere: ");
    }

    @Test
    void uploadsAreNotSentFromTlsToPlainHttp() throws Exception {
        try (var registry = new ScriptedServer(listen(0));
                var plain = new ScriptedServer();
                var client = new RegistryClient(options(registry))) {
            registry.on(
                    "/v2/app/blobs/uploads/",
                    exchange ->
                            exchange.with("Location", "http://localhost:" + plain.port() + "/up")
                                    .answer(202, new byte[0]));
            assertThatThrownBy(() -> repository(client, registry).beginUpload())
                    .hasMessage("refused redirect from %s:%d to plain HTTP", host, registry.port());
        }
    }

    @Test
    void registryThatSpeaksTlsFromNowOnIsReached() throws Exception {
        try (var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            int port;
            Repository repository;
            try (var before = new ScriptedServer()) {
                port = before.port();
                before.on("/v2/app/", TrustTest::oneTag);
                repository =
                        client.repository(
                                Reference.parse("127.0.0.1:" + port + "/app"),
                                RegistryAuth.ANONYMOUS);
                assertThat(repository.tags()).containsExactly("v1");
            }
            try (var after = new ScriptedServer(listen(port))) {
                after.on("/v2/app/", TrustTest::oneTag);
                assertThatThrownBy(repository::tags).isInstanceOf(IOException.class);
                assertThat(repository.tags()).containsExactly("v1");
            }
        }
    }

    private static void oneTag(ScriptedServer.Exchange exchange) throws IOException {
        exchange.answer(200, "{\"tags\":[\"v1\"]}".getBytes(UTF_8));
    }
}
