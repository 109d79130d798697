package jong.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that leave HTTP for raw bytes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HijackTest extends ServerTest {

    private static final String REQUEST = "POST / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String HEAD = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n";

    private static void echoRaw(Exchange exchange) throws IOException {
        Hijacked connection = exchange.hijack(HEAD);
        connection.input().transferTo(connection.output());
        connection.output().write("bye".getBytes(UTF_8));
    }

    @Test
    void theEndOfTheClientsBytesEndsTheInputOnly() throws IOException {
        try (var client = client(HijackTest::echoRaw)) {
            assertThat(client.send(REQUEST).readHead()).isEqualTo(HEAD);
            client.send("one");
            assertThat(client.read(3)).isEqualTo("one");
            client.send("two").end();
            assertThat(client.readAll()).isEqualTo("twobye");
        }
    }

    @Test
    void bytesBehindARequestForAHijackAreItsInput() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (var client = client(HijackTest::echoRaw)) {
                client.send(REQUEST + "not a request\r\n\r\n").end();
                client.readHead();
                assertThat(client.readAll()).isEqualTo("not a request\r\n\r\nbye");
            }
        }
    }

    /** Many times, because what it once found takes a socket that is full at the half-close. */
    @RepeatedTest(40)
    void muchInputFlowsThroughAHijack() throws Exception {
        try (var client = client(HijackTest::echoRaw);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.send(REQUEST).readHead();
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

    /** Many times: the client hangs up at any moment of the hijack. */
    @RepeatedTest(50)
    void aClientThatCutsARawConnectionLeavesNothing() throws Exception {
        var end = new CompletableFuture<String>();
        Step deaf =
                exchange -> {
                    Hijacked connection = exchange.hijack(HEAD);
                    exchange.onDisconnect(() -> end.complete("gone"));
                    // As a handler that fails with what the client sent still unread.
                    throw new IOException("deaf to " + end.get() + connection);
                };
        try (var client = client(deaf)) {
            client.send(REQUEST + "x".repeat(10_000)).readHead();
            client.send("y".repeat(10_000)).reset();
        }
        assertThat(end.get()).isEqualTo("gone");
    }

    @Test
    void aHandlerThatFailsAfterItsHijackEndsTheConnection() throws IOException {
        Step failing =
                exchange -> {
                    exchange.hijack(HEAD).output().write("half".getBytes(UTF_8));
                    throw new IOException("on purpose");
                };
        try (var client = client(failing)) {
            client.send(REQUEST + "x".repeat(10_000)).readHead();
            assertThat(client.readAll()).isEqualTo("half");
        }
    }

    @Test
    void aServerThatEndsCutsRawConnections() throws Exception {
        var end = new CompletableFuture<Integer>();
        Step reading =
                exchange -> end.complete(exchange.hijack(HEAD).input().readAllBytes().length);
        try (var client = client(reading)) {
            client.send(REQUEST + "12345").readHead();
            server().close();
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(end.get()).isBetween(0, 5);
    }
}
