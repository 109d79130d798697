package jong.engine.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jong.engine.rest.Exchange;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.manager.images.ProgressEvent;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client sees of progress, at whatever pace it reads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgressStreamTest {

    /** Far more than the buffers between the two take. */
    private static final int COUNTS = 200_000;

    private final CountDownLatch told = new CountDownLatch(1);

    private void tell(Exchange exchange) throws IOException {
        try (var progress = new ProgressStream(exchange, false)) {
            for (int i = 1; i <= COUNTS; i++) {
                progress.progress(new ProgressEvent.Bytes("layer", "Downloading", i, COUNTS));
            }
            progress.send(new JsonObject().with("status", "done"));
            told.countDown();
        }
    }

    @Test
    void clientThatReadsNothingStopsNobody() throws Exception {
        var router = new Router();
        router.route("POST", "/tell", this::tell);
        try (var server =
                        new HttpServer(
                                new RestApplication(router, "Jong/test"),
                                ServerOptions.forGroup(""));
                var client = connect(server)) {
            client.getOutputStream()
                    .write("POST /tell HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            told.await();
            client.shutdownOutput();
            String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer.indexOf("\"current\":" + COUNTS))
                    .isPositive()
                    .isLessThan(answer.indexOf("\"done\""));
            assertThat(answer.split("\"current\"")).hasSizeLessThan(COUNTS);
        }
    }

    private static Socket connect(HttpServer server) throws Exception {
        var address = (ListenAddress.Tcp) server.listen(ListenAddress.parse("tcp://127.0.0.1:0"));
        return new Socket("127.0.0.1", address.address().getPort());
    }

    @Test
    void onlyCountsThatAreOvertakenAreLeftOut() throws Exception {
        var room = new CountDownLatch(1);
        List<String> written = new ArrayList<>();
        var queue =
                new ProgressQueue(
                        new OutputStream() {
                            @Override
                            public void write(int b) {
                                throw new IllegalStateException("texts are written whole");
                            }

                            @Override
                            public void write(byte[] bytes) {
                                try {
                                    room.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                written.add(new String(bytes, ISO_8859_1).strip());
                            }
                        });
        queue.add(new JsonObject().with("status", "first"));
        queue.addCount("a", new JsonObject().with("a", 1));
        queue.addCount("b", new JsonObject().with("b", 1));
        queue.add(new JsonObject().with("status", "Download complete"));
        queue.addCount("a", new JsonObject().with("a", 2));
        room.countDown();
        queue.end();
        assertThat(written)
                .startsWith("{\"status\":\"first\"}")
                .endsWith("{\"status\":\"Download complete\"}", "{\"a\":2}")
                .contains("{\"b\":1}");
        assertThat(written.indexOf("{\"b\":1}"))
                .isLessThan(written.indexOf("{\"status\":\"Download complete\"}"));
    }
}
