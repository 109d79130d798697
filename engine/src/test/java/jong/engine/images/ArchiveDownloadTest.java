package jong.engine.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArchiveDownloadTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    }

    @AfterEach
    void stop() throws IOException {
        ended.countDown();
        server.close();
    }

    /** Sends an answer, which may be less than it promises, and then nothing. */
    private String serve(String answer) {
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket client = server.accept()) {
                        client.getOutputStream().write(answer.getBytes(ISO_8859_1));
                        ended.await();
                    } catch (IOException | InterruptedException _) {
                        // The test is over.
                    }
                });
        return "127.0.0.1:" + server.getLocalPort() + "/a.tar";
    }

    @Test
    void archiveIsReadAsItComes() throws Exception {
        String source = serve("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        try (var archive = ArchiveDownload.open(source)) {
            assertThat(archive.read()).isEqualTo('a');
            assertThat(new String(archive.readAllBytes(), ISO_8859_1)).isEqualTo("bc");
        }
    }

    @Test
    void serverThatStopsInTheMiddleIsNotWaitedForForEver() throws Exception {
        String source = serve("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na");
        try (var archive = ArchiveDownload.open(source, SHORT)) {
            assertThat(archive.read()).isEqualTo('a');
            assertThatThrownBy(archive::read)
                    .isInstanceOf(IOException.class)
                    .hasMessage("nothing came for 1000 ms");
        }
    }

    @Test
    void serverThatAnswersNothingIsNotWaitedForForEver() {
        assertThatThrownBy(() -> ArchiveDownload.open(serve("HTTP/1.1 200"), SHORT))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> ArchiveDownload.open("http://[bad"))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageStartingWith("parse \"http://[bad\": ");
        assertThatThrownBy(() -> ArchiveDownload.open("ftp://host/x"))
                .isInstanceOf(StatusException.Internal.class)
                .hasMessage("Get \"ftp://host/x\": unsupported protocol scheme \"ftp\"");
        assertThatThrownBy(() -> ArchiveDownload.open("http:///x"))
                .isInstanceOf(StatusException.Internal.class)
                .hasMessage("Get \"http:///x\": http: no Host in request URL");
    }
}
