package jong.engine.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is not HTTP, or hardly, sent to a server that must go on serving. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignBytesTest {

    @TempDir Path directory;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        var router = new Router();
        router.route("GET", "/_ping", exchange -> exchange.text(200, "text/plain", "OK"));
        router.route("POST", "/json", exchange -> exchange.json(200, exchange.body()));
        router.route("GET", "/networks/{id}", exchange -> exchange.json(200, exchange.path("id")));
        server = serverFor(router);
        server.listen(new ListenAddress.Unix(directory.resolve("s")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static HttpServer serverFor(Router router) {
        return new HttpServer(
                new RestApplication(router, "Jong/test"), ServerOptions.forGroup("nogroup"));
    }

    private RawClient client() throws IOException {
        return new RawClient(directory.resolve("s"));
    }

    private String answerTo(String request) throws IOException {
        try (var client = client()) {
            return client.send(request).end().readAll();
        }
    }

    @Test
    void whatIsNotHttpIsABadRequest() throws IOException {
        assertThat(answerTo("nonsense\r\n\r\n"))
                .isEqualTo(
                        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                + "Connection: close\r\n\r\n400 Bad Request");
        assertThat(answerTo("GET /_ping HTTP/1.1\r\n\r\n"))
                .endsWith("400 Bad Request: missing required Host header");
        assertThat(answerTo("GET /_ping HTTP/1.0\r\n\r\n")).endsWith("OK");
    }

    @Test
    void hugeHeadersAreRefused() throws IOException {
        String half = "a".repeat(500_000);
        assertThat(answerTo("GET /_ping HTTP/1.1\r\nHost: x\r\nX: " + half + "\r\n\r\n"))
                .endsWith("OK");
        assertThat(
                        answerTo(
                                "GET /_ping HTTP/1.1\r\nHost: x\r\nX: "
                                        + half
                                        + "\r\nY: "
                                        + half
                                        + half
                                        + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        assertThat(answerTo("GET /" + half + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    }

    @Test
    void oddPathsFindNoHandlerTheyShouldNot() throws IOException {
        checkStatus("//_ping", "301 Moved Permanently");
        checkStatus("/x/../_ping", "301 Moved Permanently");
        checkStatus("/_ping/", "404 Not Found");
        checkStatus("/%5fping", "200 OK");
        checkStatus("/_ping%", "404 Not Found");
        checkStatus("/_ping%zz", "404 Not Found");
        checkStatus("http://localhost/_ping", "200 OK");
        checkStatus("*", "404 Not Found");
        checkStatus("/v1.23/_ping", "400 Bad Request");
        checkStatus("/v1.24/_ping", "200 OK");
        checkStatus("/v9/_ping", "400 Bad Request");
        checkStatus("/v1.2.3/_ping", "404 Not Found");
        checkStatus("/v99999999999999/_ping", "404 Not Found");
        checkStatus("/vx/_ping", "404 Not Found");
        checkStatus("/networks/a%2Fb", "404 Not Found");
        checkStatus("/networks/%00", "200 OK");
    }

    private void checkStatus(String target, String status) throws IOException {
        assertThat(answerTo("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .as(target)
                .startsWith("HTTP/1.1 " + status + "\r\n");
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
        assertThat(answerTo("GET /_ping HTTP/1.0\r\n\r\n")).as("seed " + seed).endsWith("OK");
    }

    @Test
    void brokenRequestsDoNotHarmTheServer() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<String> seeds =
                List.of(
                        "GET /v1.45/_ping HTTP/1.1\r\nHost: x\r\n\r\n",
                        "POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 18\r\n\r\n{\"a\":[1,2,{\"b\":3}]}",
                        "POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                        "POST /json HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 4\r\n\r\nabcd");
        for (int i = 0; i < 600; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).getBytes(ISO_8859_1);
            for (int change = random.nextInt(5); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            sendAndForget(bytes);
        }
        assertThat(answerTo("GET /_ping HTTP/1.0\r\n\r\n")).as("seed " + seed).endsWith("OK");
    }

    private void sendAndForget(byte[] bytes) {
        try (var client = client()) {
            client.send(bytes).end().readAll();
        } catch (IOException _) {
            // The server may hang up on nonsense at any moment.
        }
    }
}
