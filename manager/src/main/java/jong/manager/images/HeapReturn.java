package jong.manager.images;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives memory back some time after work with images has ended. The serial collector keeps whatever
 * the heap has grown to until a full collection, for which an idle daemon has no cause.
 */
final class HeapReturn {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** A heap of this size is not worth the 20 ms or so that all threads stop. */
    private static final long SMALL_BYTES = 24 << 20;

    private final AtomicLong works = new AtomicLong();
    private final Duration pause;
    private final Runnable collection;

    HeapReturn() {
        this(PAUSE, HeapReturn::collect);
    }

    HeapReturn(Duration pause, Runnable collection) {
        this.pause = pause;
        this.collection = collection;
    }

    /** Work has ended. Memory is given back once no other has for a while. */
    Thread workEnded() {
        long last = works.incrementAndGet();
        return Thread.ofVirtual()
                .name("heap return")
                .start(() -> {
                    try {
                        Thread.sleep(pause);
                    } catch (InterruptedException _) {
                        return;
                    }
                    if (works.get() == last) {
                        collection.run();
                    }
                });
    }

    private static void collect() {
        if (Runtime.getRuntime().totalMemory() > SMALL_BYTES) {
            System.gc();
        }
    }
}
