package jong.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are read, refused, cut short, or held back; nothing of them may stay in memory. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestBodyTest extends ServerTest {

    private static String put(int length) {
        return "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @Test
    void anAnswerMayBeginBeforeTheBodyHasEnded() throws IOException {
        try (var client = client(ServerTest::echo)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.readHead();
            for (int i = 0; i < 20; i++) {
                client.send("4\r\nab" + (10 + i) + "\r\n");
                assertThat(client.readThrough("\r\n")).isEqualTo("4\r\n");
                assertThat(client.readThrough("\r\n")).isEqualTo("ab" + (10 + i) + "\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.readThrough("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
            assertThat(client.get("/").readHead()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aLargeUploadArrivesAsItWasSent() throws Exception {
        var got = new CompletableFuture<String>();
        Step digesting =
                exchange -> {
                    var digest = MessageDigest.getInstance("SHA-256");
                    var buffer = new byte[10_007];
                    for (int count; (count = exchange.input().read(buffer)) >= 0; ) {
                        digest.update(buffer, 0, count);
                    }
                    got.complete(HexFormat.of().formatHex(digest.digest()));
                };
        var random = new Random(7);
        var digest = MessageDigest.getInstance("SHA-256");
        try (var client = client(digesting)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 500; i++) {
                var chunk = new byte[random.nextInt(1, 100_000)];
                random.nextBytes(chunk);
                digest.update(chunk);
                client.send(Integer.toHexString(chunk.length) + "\r\n").send(chunk).send("\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
        }
        assertThat(got.get()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    void aClientThatWaitsForContinueIsToldWhenTheBodyIsRead() throws IOException {
        try (var client = client(ServerTest::echo)) {
            client.send(
                    "POST / HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 8\r\n\r\n{\"a\": 1}");
            assertThat(client.readAll()).as("HTTP/1.0 knows no such answer").endsWith("{\"a\": 1}");
        }
        Step reading = exchange -> exchange.whole(200, "", exchange.input().readAllBytes());
        try (var client = client(reading)) {
            for (int i = 0; i < 3; i++) {
                client.send(
                        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 8\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                client.send("{\"a\": 1}");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(client.read(8)).isEqualTo("{\"a\": 1}");
            }
        }
    }

    @Test
    void aBodyThatNobodyAsksForIsNotWaitedFor() throws IOException {
        try (var client = client(exchange -> exchange.empty(401))) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 1000000\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 401 Unauthorized\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 413})
    void aSmallBodyThatIsRefusedIsSwallowedAndTheConnectionGoesOn(int status) throws IOException {
        try (var client = client(exchange -> exchange.empty(status))) {
            for (int length : new int[] {1, 1000, 70_000, 200_000}) {
                client.send(put(length));
                assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
                client.send("x".repeat(length));
            }
            client.send(put(50_000) + "x".repeat(50_000));
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
            client.send(
                    "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\nabcde\r\n0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void aLargeBodyThatIsRefusedEndsTheConnectionAfterTheAnswer() throws IOException {
        try (var client = client(exchange -> exchange.empty(413))) {
            client.send(put(100_000_000)).send("x".repeat(400_000));
            assertThat(client.readAll()).startsWith("HTTP/1.1 413 Request Entity Too Large\r\n");
        }
    }

    @Test
    void aLargeBodyInChunksThatIsRefusedEndsTheConnectionToo() throws IOException {
        try (var client = client(exchange -> exchange.empty(401))) {
            client.send("PATCH / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 401 Unauthorized\r\n");
            String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
            for (int i = 0; i < 12; i++) {
                client.send(chunk);
            }
            assertThat(client.readAll()).isEmpty();
        }
    }

    /** Many times: the client hangs up beside the answer to it. */
    @RepeatedTest(50)
    void aClientThatHangsUpOnItsRefusalLeavesNothing() throws IOException {
        try (var client = client(exchange -> exchange.empty(401))) {
            client.send(put(1_000_000)).send("x".repeat(100_000)).reset();
        }
    }

    /** The server may end before the thread of a request whose body nobody read. */
    @Test
    void aBodyThatNobodyReadIsGivenBackAfterTheServerHasEnded() throws Exception {
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Step waiting =
                exchange -> {
                    while (exchange.input().available() < 30_000) {
                        Thread.onSpinWait();
                    }
                    begun.countDown();
                    ended.await();
                    exchange.empty(404);
                };
        try (var client = client(waiting)) {
            client.send(put(30_000)).send("x".repeat(30_000));
            begun.await();
            assertThat(server().buffersHeld()).isPositive();
            server().close();
            ended.countDown();
            awaitNoBuffers();
        }
    }

    @Test
    void aBodyThatIsCutShortFailsItsReader() throws Exception {
        var failure = new CompletableFuture<Exception>();
        try (var client = client(exchange -> failure.complete(failureOfReading(exchange)))) {
            client.send(put(10)).send("12345").end();
            assertThat(failure.get()).hasMessage("unexpected EOF");
        }
    }

    @Test
    void aClientThatGoesAwayInTheMiddleOfABodyFailsItsReader() throws Exception {
        var failure = new CompletableFuture<Exception>();
        try (var client = client(exchange -> failure.complete(failureOfReading(exchange)))) {
            client.send(put(10_000_000)).send("x".repeat(1_000_000)).reset();
        }
        assertThat(failure.get()).isInstanceOf(BrokenRequestException.class);
    }

    private static Exception failureOfReading(Exchange exchange) {
        try {
            exchange.input().readAllBytes();
            return new IOException("the body has an end");
        } catch (IOException e) {
            return e;
        }
    }
}
