package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jong.http.Application;
import jong.http.Exchange;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.oci.Digest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {

    @TempDir Path root;
    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer hook;
    private TestRegistry registry;

    /** A web hook that refuses some times before it takes an event. */
    private final class Hook implements Application {
        @Override
        public void serve(Exchange exchange) throws IOException {
            byte[] body = exchange.input().readAllBytes();
            if (refusals.getAndDecrement() > 0) {
                exchange.empty(503);
                return;
            }
            assertThat(exchange.header("Content-Type"))
                    .isEqualTo("application/vnd.docker.distribution.events.v2+json");
            received.addAll(Json.parseObject(body).objects("events"));
            exchange.empty(200);
        }

        @Override
        public void fail(Exchange exchange, Throwable failure) throws IOException {
            exchange.empty(500);
        }
    }

    @BeforeEach
    void start() throws IOException {
        hook = new HttpServer(new Hook(), ServerOptions.forGroup(""));
        var bound =
                (ListenAddress.Tcp)
                        hook.listen(
                                new ListenAddress.Tcp(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), 0)));
        registry =
                new TestRegistry(
                        root,
                        "--delete",
                        "--notify",
                        "http://127.0.0.1:" + bound.address().getPort() + "/hook");
    }

    @AfterEach
    void stop() {
        registry.close();
        hook.close();
    }

    private JsonObject next(String action) throws InterruptedException {
        JsonObject event = received.poll(60, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.string("action")).isEqualTo(action);
        assertThat(event.string("id")).isNotEmpty();
        assertThat(event.object("source").string("instanceID")).isNotEmpty();
        return event.object("target");
    }

    @Test
    void whatHappensToContentIsTold() throws Exception {
        Digest blob = registry.pushBlob("a/b", "layer".getBytes(UTF_8));
        JsonObject pushed = next("push");
        assertThat(pushed.string("digest")).isEqualTo(blob.toString());
        assertThat(pushed.string("repository")).isEqualTo("a/b");
        assertThat(pushed.number("size")).isEqualTo(5);
        assertThat(pushed.string("url")).isEqualTo(registry.base() + "/v2/a/b/blobs/" + blob);
        registry.send("POST", "/v2/c/blobs/uploads/?mount=" + blob + "&from=a/b", new byte[0]);
        assertThat(next("mount").string("fromRepository")).isEqualTo("a/b");
        registry.get("/v2/a/b/blobs/" + blob);
        assertThat(next("pull").string("digest")).isEqualTo(blob.toString());
        registry.send("DELETE", "/v2/a/b/blobs/" + blob, new byte[0]);
        assertThat(next("delete").string("digest")).isEqualTo(blob.toString());
    }

    @Test
    void aHookThatIsAwayForAMomentLosesNothing() throws Exception {
        refusals.set(2);
        Digest image = registry.pushImage("a/b", "t", "layer");
        next("push");
        next("push");
        JsonObject manifest = next("push");
        assertThat(manifest.string("tag")).isEqualTo("t");
        assertThat(manifest.string("digest")).isEqualTo(image.toString());
        assertThat(manifest.string("mediaType")).isEqualTo(TestRegistry.MANIFEST);
    }
}
