package jong.manager.images;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;

/** Lets one thread at a time fetch a blob: another that wants it too waits, and then has it. */
final class Transfers {

    private final Map<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Waits for the blob's turn; closing ends it. The entry stays, a few bytes for each blob. */
    AutoCloseable begin(Digest blob) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(blob, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        return lock::unlock;
    }
}
