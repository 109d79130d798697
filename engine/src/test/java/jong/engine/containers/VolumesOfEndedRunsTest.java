package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import jong.api.ApiVersion;
import jong.api.client.EngineAddress;
import jong.api.client.EngineClient;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.wire.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with a container whose run has ended, while the cleaning after it goes on. */
class VolumesOfEndedRunsTest {

    @TempDir Path root;
    private TestWorld world;
    private HttpServer server;
    private EngineClient client;
    private Container container;
    private final CountDownLatch cleaning = new CountDownLatch(1);

    @BeforeEach
    void runAContainer() throws IOException {
        world = new TestWorld(root);
        world.tasks.whileDeleted = this::awaitCleaning;
        var router = new Router();
        world.routes(router);
        server = new HttpServer(new RestApplication(router, "test"), ServerOptions.forGroup(""));
        Path socket = root.resolve("s.sock");
        server.listen(new ListenAddress.Unix(socket));
        client = new EngineClient(new EngineAddress.Unix(socket), new ApiVersion(1, 45), "test");
        client.object(
                Request.post("/containers/create")
                        .query("name", "box")
                        .json(
                                Json.parseObject(
                                        """
                                        {"Image":"busybox","Cmd":["true"],
                                         "HostConfig":{"Binds":["old:/v:nocopy"]}}\
                                        """)));
        container = world.containers().get("box");
        client.run(Request.post("/containers/box/start"));
        client.object(Request.post("/containers/box/wait"));
        container.operation().lock(); // The end of the run holds it until all is told.
        container.operation().unlock();
    }

    private void awaitCleaning() {
        try {
            cleaning.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        cleaning.countDown();
        client.close();
        server.close();
        world.close();
    }

    @Test
    void renamedVolumeIsNotHeldByItsOldName() throws InterruptedException {
        var rename = new Thread(this::rename);
        startUntilItWaits(rename);
        cleaning.countDown();
        rename.join();
        world.containers().of("any");
        assertThat(container.mounts().getFirst().name()).isEqualTo("new");
        assertThat(world.volumes.held).isEmpty();
    }

    @Test
    void renameWaitsForWhatTakesAMoment() throws InterruptedException {
        cleaning.countDown();
        var rename = new Thread(this::rename);
        container.operation().lock();
        try {
            startUntilItWaits(rename);
        } finally {
            container.operation().unlock();
        }
        rename.join();
        assertThat(container.mounts().getFirst().name()).isEqualTo("new");
    }

    @Test
    void copyBeginsAHoldOfItsOwn() {
        var copy = CompletableFuture.runAsync(this::copy, work -> new Thread(work).start());
        while (!copy.isDone() && !container.operation().isLocked()) {
            Thread.onSpinWait();
        }
        cleaning.countDown();
        copy.join();
        List<String> told = world.events.stream().filter(e -> e.startsWith("volume ")).toList();
        assertThat(told)
                .containsExactly(
                        "volume mount", "volume unmount", "volume mount", "volume unmount");
    }

    private void rename() {
        var change = new VolumeChange("old", "new", root, Set.of(container.id()));
        world.containers().renameVolume(change, new NoFiles());
    }

    /** A move of nothing. */
    private static final class NoFiles implements VolumeMove {
        @Override
        public void files() {}

        @Override
        public void record() {}

        @Override
        public void undo() {}
    }

    /** It does not come far: there is no file system. */
    private void copy() {
        try {
            client.run(Request.get("/containers/box/archive").query("path", "/"));
        } catch (EngineException e) {
            assertThat(e.status()).isEqualTo(500);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void startUntilItWaits(Thread thread) {
        thread.start();
        Set<Thread.State> waiting = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
        while (thread.isAlive() && !waiting.contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }
}
