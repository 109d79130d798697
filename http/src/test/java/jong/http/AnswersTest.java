package jong.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnswersTest extends ServerTest {

    @TempDir Path directory;

    private String answer(String method, Step step) throws IOException {
        try (var socket = connect(step, Limits.GO)) {
            send(socket, method + " / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return readAll(socket.getInputStream());
        }
    }

    @Test
    void aPartOfAFileIsSent() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "0123456789");
        Step step =
                exchange -> {
                    try (var channel = FileChannel.open(file)) {
                        exchange.file(206, "text/plain", channel, 3, 4);
                    }
                };
        assertThat(answer("GET", step))
                .startsWith("HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n")
                .endsWith("\r\n\r\n3456");
        assertThat(answer("HEAD", step)).contains("Content-Length: 4\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void aStreamOfKnownLengthHasNoChunks() throws IOException {
        Step step =
                exchange -> {
                    try (var out = exchange.stream(200, "text/plain", 5)) {
                        out.write("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    }
                };
        assertThat(answer("GET", step))
                .contains("Content-Length: 5\r\n")
                .doesNotContain("chunked")
                .endsWith("\r\n\r\nhello");
        assertThat(answer("HEAD", step)).contains("Content-Length: 5\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void aStreamThatEndsTooEarlyCutsTheConnection() throws IOException {
        assertThat(answer("GET", exchange -> exchange.stream(200, "", 5).write('h')))
                .contains("Content-Length: 5\r\n")
                .doesNotEndWith("\r\n\r\nhello");
    }

    @Test
    void headersMayHaveSeveralValues() throws IOException {
        Step step =
                exchange -> {
                    exchange.addHeader("OCI-Tag", "a");
                    exchange.addHeader("OCI-Tag", "b");
                    exchange.empty(201);
                };
        assertThat(answer("GET", step)).contains("OCI-Tag: a\r\nOCI-Tag: b\r\n");
    }

    @Test
    void whoIsAnsweredInTheMiddleOfALargeBodyIsToldToHangUp() throws IOException {
        try (var socket = connect(exchange -> exchange.empty(413), Limits.GO)) {
            send(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
            assertThat(readAll(socket.getInputStream())).contains("\r\nConnection: close\r\n");
        }
    }

    @Test
    void bodiesThatNobodyReadsAreNotKept() throws Exception {
        try (var socket = connect(exchange -> exchange.empty(204), Limits.GO)) {
            String body = "x".repeat(1000);
            for (int i = 0; i < 2000; i++) {
                send(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + body);
            }
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(readAll(socket.getInputStream()).split("204 No Content", -1)).hasSize(2002);
        }
        awaitNoBuffers();
    }

    @Test
    void theClientsAddressIsKnown() throws IOException {
        assertThat(
                        answer(
                                "GET",
                                exchange ->
                                        exchange.whole(
                                                200,
                                                "",
                                                (exchange.remoteAddress() + exchange.secure())
                                                        .getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8))))
                .containsPattern("\r\n\r\n127\\.0\\.0\\.1:\\d+false$");
    }
}
