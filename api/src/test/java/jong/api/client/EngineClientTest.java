package jong.api.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import jong.api.ApiVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a daemon that sends fixed bytes. */
@Timeout(30)
final class EngineClientTest {

    private static final String PING = "HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\n\r\n";

    @TempDir private Path directory;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private ServerSocketChannel server;
    private EngineClient client;

    @BeforeEach
    void start() throws IOException {
        Path socket = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::serve);
        client = new EngineClient(EngineAddress.parse("unix://" + socket), null, "test");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void theVersionIsTheOlderOfBoth() throws Exception {
        answers.add(PING);
        assertThat(client.version()).isEqualTo(new ApiVersion(1, 45));
        assertThat(requests.take()).startsWith("HEAD /_ping HTTP/1.1\r\n");
    }

    @Test
    void namesAreEscapedAndParametersSorted() throws Exception {
        answers.add(PING);
        answers.add("HTTP/1.1 204 No Content\r\n\r\n");
        client.run(Request.post("/images/a b/c:1/tag").query("tag", "x/y").query("repo", "r&s"));
        requests.take();
        assertThat(requests.take())
                .startsWith("POST /v1.45/images/a%20b/c:1/tag?repo=r%26s&tag=x%2Fy HTTP/1.1\r\n")
                .contains("Content-Length: 0\r\n");
    }

    @Test
    void chunksAreJoined() throws Exception {
        answers.add(PING);
        answers.add(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "6\r\n{\"Id\":\r\n4;x=y\r\n\"a\"}\r\n0\r\n\r\n");
        assertThat(client.object(Request.get("/info"))).containsEntry("Id", "a");
    }

    @Test
    void refusalsCarryTheDaemonsText() {
        answers.add(PING);
        String body = "{\"message\":\"No such container: x\"}\n";
        answers.add(
                "HTTP/1.1 404 Not Found\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThatThrownBy(() -> client.object(Request.get("/containers/x/json")))
                .isInstanceOf(EngineException.class)
                .hasMessage("Error response from daemon: No such container: x")
                .matches(e -> ((EngineException) e).isNotFound());
    }

    @Test
    void aBodyThatEndsTooEarlyIsAnError() {
        answers.add(PING);
        answers.add("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{}");
        assertThatThrownBy(() -> client.object(Request.get("/info")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void uploadsGoOutInChunks() throws Exception {
        answers.add(PING);
        answers.add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        var tar = new ByteArrayInputStream("tar".getBytes(UTF_8));
        client.run(Request.post("/images/load").stream(tar, "application/x-tar"));
        requests.take();
        assertThat(requests.take())
                .contains("Transfer-Encoding: chunked\r\n")
                .contains("Content-Type: application/x-tar\r\n");
    }

    @Test
    void nobodyThereIsSaidInDockersWords() {
        var nobody = new EngineClient(EngineAddress.parse("unix:///nonexistent"), null, "test");
        assertThatThrownBy(() -> nobody.object(Request.get("/info")))
                .isInstanceOf(EngineUnreachableException.class)
                .hasMessage(
                        "Cannot connect to the Docker daemon at unix:///nonexistent."
                                + " Is the docker daemon running?");
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                Thread.ofPlatform().daemon().start(() -> answer(channel));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Answers each request with the next text; one that is not a ping ends its connection. */
    private void answer(SocketChannel channel) {
        try (channel) {
            String answer = PING;
            while (answer.equals(PING)) {
                ByteBuffer request = ByteBuffer.allocate(4096);
                if (channel.read(request) < 0) {
                    return;
                }
                requests.add(new String(request.array(), 0, request.position(), US_ASCII));
                answer = answers.take();
                channel.write(ByteBuffer.wrap(answer.getBytes(US_ASCII)));
            }
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
