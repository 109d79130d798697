package jong.engine.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import jong.http.Hijacked;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the Engine API adds to HTTP: versions, headers, errors, JSON bodies, its two hijacks. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestApplicationTest {

    private HttpServer server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        var router = new Router();
        router.route("GET", "/_ping", exchange -> exchange.text(200, "text/plain", "OK"));
        router.route("POST", "/json", exchange -> exchange.json(200, exchange.body()));
        router.route("GET", "/networks/{id}", exchange -> exchange.json(200, exchange.path("id")));
        router.route("POST", "/raw", RestApplicationTest::rawEcho);
        router.route("GET", "/fail/{id}", RestApplicationTest::fail);
        server =
                new HttpServer(
                        new RestApplication(router, "Jong/test"), ServerOptions.forGroup(""));
        var address = (ListenAddress.Tcp) server.listen(ListenAddress.parse("tcp://127.0.0.1:0"));
        port = address.address().getPort();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        for (int i = 0; i < 1000 && server.buffersHeld() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(server.buffersHeld()).as("buffers that nobody gave back").isZero();
    }

    private static void rawEcho(Exchange exchange) throws IOException {
        Hijacked connection = exchange.hijack("application/vnd.docker.raw-stream");
        connection.input().transferTo(connection.output());
        connection.output().write("bye".getBytes(UTF_8));
    }

    private static void fail(Exchange exchange) {
        throw new NotFound("No such container: " + exchange.path("id"));
    }

    private String answerTo(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void answersHaveDockersHeaders() throws IOException {
        assertThat(answerTo("GET /v1.45/_ping HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Server: Jong/test (linux)\r\n")
                .contains("Ostype: linux\r\n")
                .contains("Docker-Experimental: false\r\n")
                .contains("Api-Version: " + RestApplication.NEWEST_VERSION + "\r\n")
                .contains("Content-Length: 2\r\n")
                .endsWith("\r\n\r\nOK");
    }

    @Test
    void errorsAreJson() throws IOException {
        assertThat(answerTo("GET /fail/c1 HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .endsWith("\r\n\r\n{\"message\":\"No such container: c1\"}\n");
    }

    @Test
    void aHijackIsAnsweredWith200AndAnUpgradeWith101() throws IOException {
        assertThat(answerTo("POST /raw HTTP/1.0\r\n\r\nabc"))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
                                + "\r\nabcbye");
        assertThat(
                        answerTo(
                                "POST /v1.45/raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: tcp\r\nContent-Type: text/plain\r\n\r\n"))
                .isEqualTo(
                        "HTTP/1.1 101 UPGRADED\r\n"
                                + "Content-Type: application/vnd.docker.raw-stream\r\n"
                                + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nbye");
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
    void jsonBodiesFollowDockersRules() throws IOException {
        checkJson("", "", 400, "invalid JSON: got EOF while reading request body");
        checkJson("application/json", "", 400, "invalid JSON: got EOF while reading request body");
        checkJson(
                "text/plain",
                "{}",
                400,
                "unsupported Content-Type header (text/plain): must be 'application/json'");
        checkJson("application/json", "{} {}", 400, "unexpected content after JSON");
    }

    private void checkJson(String type, String body, int status, String message)
            throws IOException {
        String header = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
        assertThat(
                        answerTo(
                                "POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n"
                                        + header
                                        + "\r\n"
                                        + body))
                .startsWith("HTTP/1.1 " + status + " ")
                .endsWith("\r\n\r\n" + new JsonObject().with("message", message) + "\n");
    }
}
