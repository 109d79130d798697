package jong.engine.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jong.engine.plugins.PluginClient.Patience;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where plugins are found, and what becomes of those that do not answer. */
class PluginsTest {

    @TempDir Path directory;

    @Test
    void pluginsAreFoundInDockersPlaces() throws IOException {
        Path sockets = Files.createDirectory(directory.resolve("run"));
        Path etc = Files.createDirectory(directory.resolve("etc"));
        Path lib = directory.resolve("lib");
        Files.createDirectory(sockets.resolve("deep"));
        listen(sockets.resolve("one.sock")).close();
        listen(sockets.resolve("deep/deep.sock")).close();
        Files.writeString(etc.resolve("two.spec"), "tcp://localhost:8080\n");
        Files.writeString(
                etc.resolve("three.json"),
                """
                {"Name": "three", "Addr": "https://plugin.example:8443",
                 "TLSConfig": {"CAFile": "/ca.pem", "CertFile": "/c.pem", "KeyFile": "/k.pem"}}
                """);
        var places = new PluginPlaces(sockets, List.of(etc, lib));
        assertThat(places.names()).containsExactly("deep", "one", "three", "two");
        assertThat(places.find("one").orElseThrow().uri())
                .isEqualTo(URI.create("unix://" + sockets + "/one.sock"));
        assertThat(places.find("deep").orElseThrow().uri().getPath()).endsWith("deep/deep.sock");
        assertThat(places.find("two").orElseThrow().host()).isEqualTo("localhost:8080");
        PluginTls tls = places.find("three").orElseThrow().tls();
        assertThat(tls.verified()).isTrue();
        assertThat(tls.identity()).containsExactly(Path.of("/c.pem"), Path.of("/k.pem"));
        assertThat(places.find("../etc/two")).isEmpty();
        assertThat(places.find("four")).isEmpty();
    }

    @Test
    void pluginThatIsNotThereIsNotFoundInDockersWords() {
        var plugins = new Plugins(PluginPlaces.in(directory));
        assertThatThrownBy(() -> plugins.get("x"))
                .isInstanceOf(NotFound.class)
                .hasMessage("error looking up volume plugin x: plugin \"x\" not found");
        assertThat(plugins.all()).isEmpty();
    }

    @Test
    void pluginThatHangsIsGivenUp() throws IOException {
        Path socket = directory.resolve("slow.sock");
        try (var _ = listen(socket)) {
            var client = new PluginClient(PluginAddress.parse("unix://" + socket), Duration.ZERO);
            var limit = Duration.ofMillis(100);
            assertThatThrownBy(() -> client.call("X.Y", new JsonObject(), limit, Patience.AGAIN))
                    .hasMessage(
                            "Post \"http://plugin.moby.localhost/X.Y\": context deadline exceeded");
        }
    }

    @Test
    void pluginThatAcceptsNobodyIsGivenUp() throws IOException {
        Path socket = directory.resolve("full.sock");
        var address = UnixDomainSocketAddress.of(socket);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1);
                var _ = SocketChannel.open(address);
                var _ = SocketChannel.open(address)) {
            assertThat(server.isOpen()).isTrue();
            var client = new PluginClient(PluginAddress.parse("unix://" + socket), Duration.ZERO);
            var limit = Duration.ofMillis(100);
            assertThatThrownBy(() -> client.call("X.Y", new JsonObject(), limit, Patience.AGAIN))
                    .hasMessageEndingWith("context deadline exceeded");
        }
    }

    @Test
    void pluginThatComesLateIsReached() throws IOException {
        Path socket = directory.resolve("late.sock");
        listen(socket).close(); // The file stays, and nobody listens.
        var client =
                new PluginClient(PluginAddress.parse("unix://" + socket), Duration.ofSeconds(30));
        Thread.ofVirtual().start(() -> answerOnce(socket));
        JsonObject answer =
                client.call("X.Y", new JsonObject(), Duration.ofSeconds(10), Patience.AGAIN);
        assertThat(answer.string("a")).isEqualTo("b");
    }

    private static void answerOnce(Path socket) {
        try {
            Files.delete(socket);
            try (var server = listen(socket);
                    var client = server.accept()) {
                var in = java.nio.channels.Channels.newInputStream(client);
                for (int last = 0, now = in.read(); last != '{' || now != '}'; now = in.read()) {
                    last = now; // The request ends with its body, {}.
                }
                var out = java.nio.channels.Channels.newOutputStream(client);
                out.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                out.flush();
                client.shutdownOutput();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
    }
}
