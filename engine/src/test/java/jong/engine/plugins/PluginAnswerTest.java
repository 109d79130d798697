package jong.engine.plugins;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP of strangers. In the rows, {@code /} stands for a line's end. */
class PluginAnswerTest {

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3;x=y\r\n{\"a\r\n2\r\n\"}\r\n0\r\n\r\n";

    private static PluginAnswer read(String text) throws IOException {
        return PluginAnswer.read(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK|content-length: 2||{}more, 200, {}",
        "HTTP/1.0 404 Not Found||to the end, 404, to the end",
        "HTTP/1.1 500||, 500, ''",
    })
    void answersAreRead(String text, int status, String body) throws IOException {
        PluginAnswer answer = read(text.replace("|", "\r\n"));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void chunksAreJoined() throws IOException {
        assertThat(read(CHUNKED).body()).isEqualTo("{\"a\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "'', unexpected EOF",
        "SSH-2.0-OpenSSH|, malformed HTTP response \"SSH-2.0-OpenSSH\"",
        "HTTP/1.1 200 OK|Content-Length: 9||short, unexpected EOF",
        "HTTP/1.1 200 OK|Content-Length: -9||, malformed length \"-9\"",
        "HTTP/1.1 200 OK|Content-Length: 99999999||, answer is longer than 4194304 bytes",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||zz|, malformed length \"zz\"",
        "HTTP/1.1 200 |Transfer-Encoding: chunked||7fffffff|, answer is longer than 4194304 bytes",
        "HTTP/1.1 200 |Transfer-Encoding: chunked||1|x|7fffffffffffffff|,"
                + " answer is longer than 4194304 bytes",
    })
    void whatIsNoAnswerIsTold(String text, String why) {
        assertThatThrownBy(() -> read(text.replace("|", "\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessage(why);
    }

    @Test
    void endlessHeadIsRefused() {
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n" + "x".repeat(70_000)))
                .hasMessage("head is longer than 65536 bytes");
    }

    @Test
    void damagedAnswersEndInAnIoException() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = CHUNKED.getBytes(ISO_8859_1);
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                PluginAnswer.read(new ByteArrayInputStream(bytes));
            } catch (IOException _) {
                // That is what is allowed.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
