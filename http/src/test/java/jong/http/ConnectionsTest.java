package jong.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections with many requests, many connections at once, and the end of either side. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionsTest extends ServerTest {

    private static void hello(Exchange exchange) throws IOException {
        exchange.whole(200, "text/plain", exchange.target().rawPath().getBytes(UTF_8));
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (var client = client(ConnectionsTest::hello)) {
            var requests = new StringBuilder();
            for (int i = 100; i < 300; i++) {
                requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.send(requests.toString());
            for (int i = 100; i < 300; i++) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(client.read(4)).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void pipelinedRequestsWithBodiesThatAreRefusedAreAnsweredInOrder() throws IOException {
        try (var client = client(ConnectionsTest::hello)) {
            var requests = new StringBuilder();
            for (int i = 100; i < 200; i++) {
                requests.append("PUT /").append(i);
                requests.append(" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
                requests.append("GET / HTTP/1.1\r\n".repeat(100), 0, 1000);
            }
            client.send(requests.toString());
            for (int i = 100; i < 200; i++) {
                client.readHead();
                assertThat(client.read(4)).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void pipelinedRequestsBeforeAHalfCloseAreAllAnswered() throws IOException {
        try (var client = client(ConnectionsTest::hello)) {
            client.get("/hello").get("/hello").get("/hello").end();
            assertThat(client.readAll().split("/hello", -1)).hasSize(4);
        }
    }

    @Test
    void pipelinedRequestsOfAClientThatIsGoneAreDropped() throws Exception {
        var begun = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        var served = new AtomicLong();
        Step waiting =
                exchange -> {
                    served.incrementAndGet();
                    exchange.onDisconnect(gone::countDown);
                    begun.countDown();
                    gone.await();
                };
        try (var client = client(waiting)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000));
            begun.await();
            client.reset();
        }
        gone.await();
        awaitNoBuffers();
        assertThat(served.get()).isEqualTo(1);
    }

    @RepeatedTest(20)
    void closingTheServerDropsConnectionsInTheMiddleOfAnAnswer() throws IOException {
        var gone = new CountDownLatch(1);
        Step endless =
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    exchange.stream(200, "text/plain").flush();
                    gone.await();
                };
        try (var client = client(endless)) {
            assertThat(client.get("/").readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            server().close();
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void aHandlerLearnsThatItsClientIsGone() throws Exception {
        var waiting = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        Step step =
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    exchange.stream(200, "application/json");
                    waiting.countDown();
                    gone.await();
                };
        try (var client = client(step)) {
            assertThat(client.get("/").readHead()).contains("Transfer-Encoding: chunked\r\n");
            waiting.await();
            assertThat(gone.getCount()).isEqualTo(1);
        }
        gone.await();
    }

    @Test
    void aSlowClientMakesTheHandlerWait() throws Exception {
        var written = new AtomicLong();
        var handler = new AtomicReference<Thread>();
        long total = 64L << 20;
        Step much =
                exchange -> {
                    if (exchange.method().equals("HEAD")) {
                        return;
                    }
                    handler.set(Thread.currentThread());
                    try (var out = exchange.stream(200, "application/octet-stream")) {
                        var block = new byte[1 << 20];
                        for (long done = 0; done < total; done += block.length) {
                            out.write(block);
                            written.addAndGet(block.length);
                        }
                    }
                };
        try (var client = client(much)) {
            client.get("/").readHead();
            while (handler.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(written.get()).isLessThan(16L << 20);
            assertThat(client.send("HEAD / HTTP/1.0\r\n\r\n").readAll())
                    .endsWith("\r\nContent-Length: 0\r\n\r\n");
            assertThat(written.get()).isEqualTo(total);
        }
    }

    @Test
    void aFailureInTheMiddleOfAnAnswerCutsTheConnection() throws IOException {
        Step half =
                exchange -> {
                    exchange.stream(200, "text/plain").write(65);
                    throw new IllegalStateException("on purpose");
                };
        try (var client = client(half)) {
            assertThat(client.get("/").readAll()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void fiftyClientsAreServedAtOnce() throws Exception {
        var all = new CountDownLatch(50);
        Step meet =
                exchange -> {
                    all.countDown();
                    all.await();
                    exchange.whole(200, "", exchange.input().readAllBytes());
                };
        ListenAddress address = serve(meet, Limits.GO).listen(loopback());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String body = "client " + i;
                answers.add(threads.submit(() -> answerTo(address, body)));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(answers.get(i).get()).endsWith("\r\n\r\nclient " + i);
            }
        }
    }

    private static String answerTo(ListenAddress address, String body) throws IOException {
        try (var client = new RawClient(address)) {
            return client.send("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
                    .send("Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .readAll();
        }
    }
}
