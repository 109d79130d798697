package jong.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep the server waiting, or send it too much. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest extends ServerTest {

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (var socket = connect(exchange -> exchange.empty(204), impatient())) {
            assertThat(readAll(socket.getInputStream())).isEmpty();
        }
    }

    @Test
    void aHeadThatNeverEndsIsClosed() throws Exception {
        try (var socket = connect(exchange -> exchange.empty(204), impatient())) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\n");
            assertThat(readAll(socket.getInputStream())).isEmpty();
        }
    }

    @Test
    void aBodyThatStallsFailsItsReaderWhichMayAnswer() throws IOException {
        try (var socket =
                connect(
                        exchange -> {
                            exchange.input().readAllBytes();
                            exchange.empty(204);
                        },
                        impatient())) {
            send(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
            assertThat(readAll(socket.getInputStream()))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("the client sent next to nothing for 200 ms");
        }
    }

    /** One byte at a time, each within the limit: slowloris. */
    @Test
    void aHeadThatComesInDropsIsNotWaitedForLonger() throws Exception {
        try (var socket = connect(exchange -> exchange.empty(204), impatient())) {
            assertThat(endOf(socket, "GET / HTTP/1.1\r\nHost: x\r\nX: ")).isEmpty();
        }
    }

    @Test
    void aBodyThatComesInDropsFailsItsReader() throws Exception {
        Step reading =
                exchange -> {
                    exchange.input().readAllBytes();
                    exchange.empty(204);
                };
        try (var socket = connect(reading, impatient())) {
            assertThat(
                            endOf(
                                    socket,
                                    "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
    }

    @Test
    void aRefusedBodyThatComesInDropsIsNotWaitedForLonger() throws Exception {
        try (var socket = connect(exchange -> exchange.empty(401), impatient())) {
            assertThat(endOf(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n"))
                    .startsWith("HTTP/1.1 401 Unauthorized\r\n");
        }
    }

    /** Sends {@code head}, then drop after drop until the server ends its side. */
    private static String endOf(Socket socket, String head) throws Exception {
        var answer = CompletableFuture.supplyAsync(() -> readToTheEnd(socket));
        send(socket, head);
        while (!answer.isDone()) {
            Thread.sleep(20);
            try {
                send(socket, "x");
            } catch (IOException _) {
                break; // The server has hung up.
            }
        }
        return answer.get();
    }

    private static String readToTheEnd(Socket socket) {
        var read = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(read);
        } catch (IOException _) {
            // A reset is an end too.
        }
        return read.toString(ISO_8859_1);
    }

    @Test
    void aHandlerThatTakesItsTimeIsNotTheClientsFault() throws IOException {
        try (var socket =
                connect(
                        exchange -> {
                            Thread.sleep(1000);
                            exchange.empty(204);
                        },
                        impatient())) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(readAll(socket.getInputStream())).startsWith("HTTP/1.1 204 No Content\r\n");
        }
    }

    @Test
    void aClientThatDoesNotReadLosesItsConnection(@TempDir Path directory) throws Exception {
        Path large = directory.resolve("large");
        try (var file =
                Files.newByteChannel(
                        large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position((64L << 20) - 1);
            file.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        var failed = new CompletableFuture<String>();
        try (var socket =
                connect(
                        exchange -> {
                            try (var file = java.nio.channels.FileChannel.open(large)) {
                                exchange.file(200, "", file, 0, file.size());
                            } catch (IOException e) {
                                failed.complete(e.getMessage());
                            }
                        },
                        impatient())) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(failed.get()).isNotNull();
        }
    }

    @Test
    void longHeadsAreRefused() throws IOException {
        for (var head :
                new String[] {
                    "GET /" + "a".repeat(1500) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(2500) + "\r\n\r\n"
                }) {
            try (var socket = connect(exchange -> exchange.empty(204), impatient())) {
                send(socket, head);
                assertThat(readAll(socket.getInputStream()))
                        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
            }
        }
    }
}
