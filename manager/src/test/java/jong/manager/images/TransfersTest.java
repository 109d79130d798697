package jong.manager.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;

class TransfersTest {

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
                    try (var _ = transfers.beginLayer(layer)) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        pair.arriveAndAwaitAdvance();
                        return now.getAndDecrement();
                    }
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
        Digest config = Digest.sha256("config".getBytes(UTF_8));
        Digest layer = Digest.sha256("layer".getBytes(UTF_8));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = transfers.begin(config);
            var second =
                    threads.submit(() -> {
                        transfers.beginLayer(config).close();
                        return config;
                    });
            transfers.beginLayer(layer).close();
            waiting.close();
            assertThat(second.get()).isEqualTo(config);
        }
    }
}
