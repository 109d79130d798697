package jong.engine.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import jong.http.Hijacked;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpServerTest {

    @TempDir Path directory;
    private Path socket;
    private final Router router = new Router();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("s");
        router.route("GET", "/hello", exchange -> exchange.text(200, "text/plain", "hello"));
        router.route("POST", "/echo", HttpServerTest::echo);
        router.route("POST", "/raw", HttpServerTest::rawEcho);
        router.route("POST", "/json", exchange -> exchange.json(200, exchange.body()));
        router.route("POST", "/ignore", exchange -> exchange.empty(204));
        router.route("GET", "/fail/{id}", HttpServerTest::fail);
        server = serverFor(router);
        server.listen(new ListenAddress.Unix(socket));
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(socket).doesNotExist();
    }

    private static void echo(Exchange exchange) throws IOException {
        try (var out = exchange.stream(200, "application/octet-stream")) {
            exchange.input().transferTo(out);
        }
    }

    private static void rawEcho(Exchange exchange) throws IOException {
        Hijacked connection = exchange.hijack("application/vnd.docker.raw-stream");
        connection.input().transferTo(connection.output());
        connection.output().write("bye".getBytes(UTF_8));
    }

    private static void fail(Exchange exchange) {
        throw new NotFound("No such container: " + exchange.path("id"));
    }

    private static HttpServer serverFor(Router router) {
        return new HttpServer(
                new RestApplication(router, "Jong/test"), ServerOptions.forGroup("nogroup"));
    }

    private RawClient client() throws IOException {
        return new RawClient(socket);
    }

    @Test
    void theSocketBelongsToItsGroupOnly() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket))
                .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(
                        Files.readAttributes(
                                        socket, java.nio.file.attribute.PosixFileAttributes.class)
                                .group()
                                .getName())
                .isEqualTo("nogroup");
    }

    @Test
    void aStaleSocketFileIsReplacedAndALiveOneIsNot() throws IOException {
        try (var second = serverFor(router)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> second.listen(new ListenAddress.Unix(socket)))
                    .hasMessageContaining("another process listens there");
        }
        Path stale = directory.resolve("stale");
        try (var dead =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(java.net.UnixDomainSocketAddress.of(stale));
        }
        assertThat(stale).exists();
        try (var third = serverFor(router)) {
            third.listen(new ListenAddress.Unix(stale));
            try (var client = new RawClient(stale)) {
                assertThat(client.get("/hello").readHead()).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        try (var client = client()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.get("/v1.45/hello").readHead())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("Server: Jong/test (linux)\r\n")
                        .contains("Ostype: linux\r\n")
                        .contains("Docker-Experimental: false\r\n")
                        .contains("Api-Version: " + RestApplication.NEWEST_VERSION + "\r\n")
                        .contains("Content-Length: 5\r\n");
                assertThat(client.read(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (var client = client()) {
            var requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append("GET /fail/").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.send(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 404 Not Found\r\n");
                assertThat(client.readThrough("\n"))
                        .isEqualTo("{\"message\":\"No such container: " + i + "\"}\n");
            }
        }
    }

    @Test
    void pipelinedRequestsBeforeAHalfCloseAreAllAnswered() throws IOException {
        try (var client = client()) {
            client.get("/hello").get("/hello").get("/hello").end();
            assertThat(client.readAll().split("hello", -1)).hasSize(4);
        }
    }

    @Test
    void theEndOfTheClientsBytesEndsStandardInputOnly() throws IOException {
        try (var client = client()) {
            client.send("POST /raw HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readHead())
                    .isEqualTo(
                            "HTTP/1.1 200 OK\r\n"
                                    + "Content-Type: application/vnd.docker.raw-stream\r\n\r\n");
            client.send("one");
            assertThat(client.read(3)).isEqualTo("one");
            client.send("two").end();
            assertThat(client.readAll()).isEqualTo("twobye");
        }
    }

    @RepeatedTest(20)
    void closingTheServerDropsConnectionsInTheMiddleOfAnAnswer(@TempDir Path directory)
            throws IOException {
        var gone = new CountDownLatch(1);
        var routes = new Router();
        routes.route(
                "GET",
                "/endless",
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    exchange.stream(200, "text/plain").flush();
                    gone.await();
                });
        var closing = serverFor(routes);
        Path path = directory.resolve("c.sock");
        closing.listen(new ListenAddress.Unix(path));
        try (var client = new RawClient(path)) {
            client.get("/endless");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            closing.close();
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void anUpgradeIsAnsweredWith101() throws IOException {
        try (var client = client()) {
            client.send(
                    "POST /v1.45/raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                            + "Upgrade: tcp\r\nContent-Type: text/plain\r\n\r\n");
            assertThat(client.readHead())
                    .isEqualTo(
                            "HTTP/1.1 101 UPGRADED\r\n"
                                    + "Content-Type: application/vnd.docker.raw-stream\r\n"
                                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            assertThat(client.end().readAll()).isEqualTo("bye");
        }
    }

    @Test
    void bytesBehindARequestForAHijackAreItsInput() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (var client = client()) {
                client.send("POST /raw HTTP/1.1\r\nHost: x\r\n\r\nnot a request\r\n\r\n").end();
                client.readHead();
                assertThat(client.readAll()).isEqualTo("not a request\r\n\r\nbye");
            }
        }
    }

    /** Many times, because what it once found takes a socket that is full at the half-close. */
    @RepeatedTest(40)
    void muchInputFlowsThroughAHijack() throws Exception {
        try (var client = client();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.send("POST /raw HTTP/1.1\r\nHost: x\r\n\r\n");
            client.readHead();
            var block = "0123456789abcdef".repeat(4096);
            Future<?> sender =
                    threads.submit(() -> {
                        for (int i = 0; i < 256; i++) {
                            client.send(block);
                        }
                        return client.end();
                    });
            for (int i = 0; i < 256; i++) {
                assertThat(client.read(block.length())).isEqualTo(block);
            }
            assertThat(client.readAll()).isEqualTo("bye");
            sender.get();
        }
    }

    @Test
    void anAnswerMayBeginBeforeTheBodyHasEnded() throws IOException {
        try (var client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.readHead();
            for (int i = 0; i < 20; i++) {
                client.send("4\r\nab" + (10 + i) + "\r\n");
                assertThat(client.readThrough("\r\n")).isEqualTo("4\r\n");
                assertThat(client.readThrough("\r\n")).isEqualTo("ab" + (10 + i) + "\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.readThrough("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
            assertThat(client.get("/hello").readHead()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aLargeUploadArrivesAsItWasSent() throws Exception {
        var got = new CompletableFuture<String>();
        router.route(
                "POST",
                "/digest",
                exchange -> {
                    var digest = java.security.MessageDigest.getInstance("SHA-256");
                    var buffer = new byte[10_007];
                    for (int count; (count = exchange.input().read(buffer)) >= 0; ) {
                        digest.update(buffer, 0, count);
                    }
                    got.complete(java.util.HexFormat.of().formatHex(digest.digest()));
                });
        var random = new java.util.Random(7);
        var digest = java.security.MessageDigest.getInstance("SHA-256");
        try (var client = client()) {
            client.send("POST /digest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 500; i++) {
                var chunk = new byte[random.nextInt(1, 100_000)];
                random.nextBytes(chunk);
                digest.update(chunk);
                client.send(Integer.toHexString(chunk.length) + "\r\n").send(chunk).send("\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
        }
        assertThat(got.get()).isEqualTo(java.util.HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    void aClientThatWaitsForContinueIsToldWhenTheBodyIsRead() throws IOException {
        try (var client = client()) {
            client.send(
                    "POST /json HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 8\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 Continue\r\n");
            client.send("{\"a\": 1}");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(client.readThrough("\n")).isEqualTo("{\"a\":1}\n");
        }
    }

    @Test
    void aBodyThatNobodyAsksForIsNotWaitedFor() throws IOException {
        try (var client = client()) {
            client.send(
                    "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 1000000\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 204 No Content\r\n");
        }
    }

    @Test
    void aSmallUnreadBodyIsSwallowedAndTheConnectionGoesOn() throws IOException {
        try (var client = client()) {
            client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 204 No Content\r\n");
            client.send("x".repeat(100_000));
            assertThat(client.get("/hello").readHead()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void aLargeUnreadBodyEndsTheConnectionAfterTheAnswer() throws IOException {
        try (var client = client()) {
            client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
            client.send("x".repeat(400_000));
            assertThat(client.readAll()).startsWith("HTTP/1.1 204 No Content\r\n");
        }
    }

    @Test
    void aHandlerLearnsThatItsClientIsGone() throws Exception {
        var waiting = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        router.route(
                "GET",
                "/wait",
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    exchange.stream(200, "application/json");
                    waiting.countDown();
                    gone.await();
                });
        try (var client = client()) {
            assertThat(client.get("/wait").readHead()).contains("Transfer-Encoding: chunked\r\n");
            waiting.await();
            assertThat(gone.getCount()).isEqualTo(1);
        }
        assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aBodyThatIsCutShortFailsItsReader() throws Exception {
        var failure = new CompletableFuture<Exception>();
        router.route(
                "POST",
                "/upload",
                exchange -> {
                    try {
                        exchange.input().readAllBytes();
                    } catch (IOException e) {
                        failure.complete(e);
                    }
                });
        try (var client = client()) {
            client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
        }
        assertThat(failure.get()).hasMessage("unexpected EOF");
    }

    @Test
    void aSlowClientMakesTheHandlerWait() throws Exception {
        var written = new AtomicLong();
        var handler = new AtomicReference<Thread>();
        long total = 64L << 20;
        router.route(
                "GET",
                "/much",
                exchange -> {
                    handler.set(Thread.currentThread());
                    try (var out = exchange.stream(200, "application/octet-stream")) {
                        var block = new byte[1 << 20];
                        for (long done = 0; done < total; done += block.length) {
                            out.write(block);
                            written.addAndGet(block.length);
                        }
                    }
                });
        try (var client = client()) {
            client.get("/much").readHead();
            while (handler.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(written.get()).isLessThan(4L << 20);
            assertThat(client.send("GET /hello HTTP/1.0\r\n\r\n").readAll()).endsWith("hello");
            assertThat(written.get()).isEqualTo(total);
        }
    }

    @Test
    void aFailureInTheMiddleOfAnAnswerCutsTheConnection() throws IOException {
        router.route(
                "GET",
                "/half",
                exchange -> {
                    exchange.stream(200, "text/plain").write(65);
                    throw new IllegalStateException("on purpose");
                });
        try (var client = client()) {
            assertThat(client.get("/half").readAll()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void fiftyClientsAreServedAtOnce() throws Exception {
        var all = new CountDownLatch(50);
        router.route(
                "GET",
                "/meet",
                exchange -> {
                    all.countDown();
                    all.await();
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> heads = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                heads.add(
                        threads.submit(() -> {
                            try (var client = client()) {
                                return client.get("/meet").readHead();
                            }
                        }));
            }
            for (Future<String> head : heads) {
                assertThat(head.get()).startsWith("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    @Test
    void theServerListensOnTcpToo() throws IOException {
        var address = (ListenAddress.Tcp) server.listen(ListenAddress.parse("tcp://127.0.0.1:0"));
        try (var tcp = new java.net.Socket("127.0.0.1", address.address().getPort())) {
            tcp.getOutputStream().write("POST /raw HTTP/1.0\r\n\r\nabc".getBytes(UTF_8));
            tcp.shutdownOutput();
            assertThat(new String(tcp.getInputStream().readAllBytes(), UTF_8))
                    .endsWith("\r\n\r\nabcbye");
        }
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
        try (var client = client()) {
            String header = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
            client.send(
                    "POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + body.length()
                            + "\r\n"
                            + header
                            + "\r\n"
                            + body);
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
            assertThat(client.readThrough("\n"))
                    .isEqualTo(new JsonObject().with("message", message) + "\n");
        }
    }
}
