package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.manager.unpack.Interruption;
import org.junit.jupiter.api.Test;

class LayerWorkTest {

    @Test
    void nothingIsDoneAfterTheEnd() throws Exception {
        var begun = new CountDownLatch(1);
        var done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            var _ =
                    threads.submit(() -> {
                        begun.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException _) {
                            spin();
                            done.set(true);
                        }
                    });
            begun.await();
            Thread.currentThread().interrupt();
            LayerWork.end(threads);
            assertThat(done).isTrue();
            assertThat(Thread.interrupted()).as("the interrupt is not lost").isTrue();
        }
    }

    @Test
    void threadEndsBeforeWhoStartedItGoesOn() throws Exception {
        var done = new AtomicBoolean();
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException _) {
                                spin();
                                done.set(true);
                            }
                        });
        Interruption.end(thread);
        assertThat(done).isTrue();
    }

    /** Something that takes a while and cannot be interrupted. */
    private static void spin() {
        long until = System.nanoTime() + 100_000_000;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}
