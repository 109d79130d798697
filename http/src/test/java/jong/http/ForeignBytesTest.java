package jong.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is not HTTP, or hardly, sent to a server that must go on serving. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignBytesTest extends ServerTest {

    private ListenAddress address = loopback();

    @BeforeEach
    void start() throws IOException {
        Step step =
                exchange -> {
                    if (exchange.target().rawPath().equals("/read")) {
                        exchange.input().readAllBytes();
                    }
                    exchange.whole(200, "text/plain", "OK".getBytes(UTF_8));
                };
        address = serve(step, Limits.GO).listen(loopback());
    }

    private String answerTo(String request) throws IOException {
        try (var client = new RawClient(address)) {
            return client.send(request).end().readAll();
        }
    }

    @Test
    void whatIsNotHttpIsABadRequest() throws IOException {
        assertThat(answerTo("nonsense\r\n\r\n"))
                .isEqualTo(
                        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                + "Connection: close\r\n\r\n400 Bad Request");
        assertThat(answerTo("GET / HTTP/1.1\r\n\r\n"))
                .endsWith("400 Bad Request: missing required Host header");
        assertThat(answerTo("GET / HTTP/1.0\r\n\r\n")).endsWith("OK");
    }

    @Test
    void hugeHeadersAreRefused() throws IOException {
        String half = "a".repeat(500_000);
        assertThat(answerTo("GET / HTTP/1.1\r\nHost: x\r\nX: " + half + "\r\n\r\n")).endsWith("OK");
        String twice = "X: " + half + "\r\nY: " + half + half;
        assertThat(answerTo("GET / HTTP/1.1\r\nHost: x\r\n" + twice + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        assertThat(answerTo("GET /" + half + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    }

    @Test
    void randomBytesDoNotHarmTheServer() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            var bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            sendAndForget(bytes);
        }
        assertThat(answerTo("GET / HTTP/1.0\r\n\r\n")).as("seed " + seed).endsWith("OK");
    }

    @Test
    void brokenRequestsDoNotHarmTheServer() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<String> seeds =
                List.of(
                        "GET /v1.45/_ping HTTP/1.1\r\nHost: x\r\n\r\n",
                        "POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 18\r\n\r\n{\"a\":[1,2,{\"b\":3}]}",
                        "POST /read HTTP/1.1\r\nHost: x\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                        "PUT /refused HTTP/1.1\r\nHost: x\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                        "POST /read HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 4\r\n\r\nabcd");
        for (int i = 0; i < 600; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).getBytes(ISO_8859_1);
            for (int change = random.nextInt(5); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            sendAndForget(bytes);
        }
        assertThat(answerTo("GET / HTTP/1.0\r\n\r\n")).as("seed " + seed).endsWith("OK");
    }

    private void sendAndForget(byte[] bytes) {
        try (var client = new RawClient(address)) {
            client.send(bytes).end().readAll();
        } catch (IOException _) {
            // The server may hang up on nonsense at any moment.
        }
    }
}
