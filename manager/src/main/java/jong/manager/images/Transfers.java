package jong.manager.images;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;

/**
 * Lets one thread at a time fetch a blob: another that wants it too waits, and then has it. Of
 * layers only so many are fetched at once, of all pulls together.
 */
final class Transfers {

    /** What no limit means: threads are made for them all. */
    private static final int UNLIMITED = 64;

    private final Map<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final int layersAtOnce;
    private final Semaphore layers;

    /**
     * For all pulls.
     *
     * @param layersAtOnce how many layers are fetched at once; 0 for any number
     */
    Transfers(int layersAtOnce) {
        this.layersAtOnce = layersAtOnce == 0 ? UNLIMITED : layersAtOnce;
        this.layers = new Semaphore(this.layersAtOnce, true);
    }

    /** The right to fetch a blob; the thread that has it closes it. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    int layersAtOnce() {
        return layersAtOnce;
    }

    /** Waits for the blob's turn; closing ends it. The entry stays, a few bytes for each blob. */
    Turn begin(Digest blob) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(blob, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        return lock::unlock;
    }

    /** Waits for the turn of a layer; closing ends it. */
    Turn beginLayer(Digest layer) throws InterruptedException {
        Turn blob = begin(layer);
        try {
            layers.acquire();
        } catch (InterruptedException e) {
            blob.close();
            throw e;
        }
        return () -> {
            layers.release();
            blob.close();
        };
    }
}
