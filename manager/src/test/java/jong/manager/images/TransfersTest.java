package jong.manager.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import jong.oci.Digest;
import jong.registry.BlobListener;
import org.junit.jupiter.api.Test;

class TransfersTest {

    private static final Digest CONFIG = Digest.sha256("config".getBytes(UTF_8));
    private static final Digest LAYER = Digest.sha256("layer".getBytes(UTF_8));

    @Test
    void noMoreLayersThanAllowedAreFetchedAtOnceAndAsManyAreTogether() throws Exception {
        var transfers = new Transfers(2);
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var pair = new Phaser(2); // Each waits for another: one at a time would never end.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> fetches = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Digest layer = Digest.sha256(("layer " + i).getBytes(UTF_8));
                fetches.add(() -> {
                    transfers.fetchLayer(
                            layer,
                            new Recorder(),
                            _ -> {
                                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                pair.arriveAndAwaitAdvance();
                                now.getAndDecrement();
                            });
                    return 0;
                });
            }
            for (var fetch : threads.invokeAll(fetches)) {
                fetch.get();
            }
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void whoWaitsForABlobKeepsNobodyFromFetchingAnother() throws Exception {
        var transfers = new Transfers(1);
        var done = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            transfers.fetch(
                    CONFIG,
                    new Recorder(),
                    _ -> {
                        threads.submit(() -> {
                            transfers.fetchLayer(CONFIG, new Recorder(), _ -> done.countDown());
                            return 0;
                        });
                        transfers.fetchLayer(LAYER, new Recorder(), _ -> {});
                    });
            done.await();
        }
    }

    @Test
    void whoWaitsHearsHowTheDownloadGoesOnAndTakesOverWhenItFails() throws Exception {
        var transfers = new Transfers(3);
        var first = new Recorder();
        var second = new Recorder();
        List<String> fetchers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var broken =
                    threads.submit(() -> {
                        transfers.fetchLayer(
                                LAYER,
                                first,
                                all -> {
                                    fetchers.add("first");
                                    threads.submit(() -> {
                                        transfers.fetchLayer(
                                                LAYER, second, _ -> fetchers.add("second"));
                                        return 0;
                                    });
                                    while (second.heard.isEmpty()) {
                                        all.transferred(1, 2);
                                        Thread.sleep(1);
                                    }
                                    throw new IOException("connection lost");
                                });
                        return 0;
                    });
            assertThatThrownBy(broken::get).hasRootCauseMessage("connection lost");
        }
        assertThat(fetchers).containsExactly("first", "second");
        assertThat(second.heard).startsWith("1/2");
    }

    @Test
    void failureOfAListenerThatWaitsIsNotTheDownloads() throws Exception {
        var transfers = new Transfers(3);
        var gone = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            transfers.fetchLayer(
                    LAYER,
                    new Recorder(),
                    all -> {
                        threads.submit(() -> {
                            transfers.fetchLayer(LAYER, new Gone(gone), _ -> {});
                            return 0;
                        });
                        while (gone.getCount() > 0) {
                            all.transferred(1, 2);
                            Thread.sleep(1);
                        }
                    });
        }
    }

    /** Hears all. */
    private static final class Recorder implements BlobListener {
        private final List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();

        @Override
        public void transferred(long current, long total) {
            heard.add(current + "/" + total);
        }

        @Override
        public void retrying(int secondsLeft) {
            heard.add("retry");
        }
    }

    /** A client that went away. */
    private record Gone(CountDownLatch asked) implements BlobListener {
        @Override
        public void transferred(long current, long total) {
            asked.countDown();
            throw new IllegalStateException("client gone");
        }

        @Override
        public void retrying(int secondsLeft) {}
    }
}
