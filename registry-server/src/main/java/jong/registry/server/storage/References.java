package jong.registry.server.storage;

import java.io.IOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps whoever adds a reference to content apart from whoever removes one, or content.
 *
 * <p>Adding goes on in parallel; a removal is alone, and looks again at what it is going to remove.
 * Both do file operations inside, but never wait for a client.
 */
final class References {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Work with files. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** Work with files that has no result. */
    interface Change {
        void run() throws IOException;
    }

    void add(Change change) throws IOException {
        lock.readLock().lock();
        try {
            change.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    <T> T adding(Step<T> step) throws IOException {
        return locked(lock.readLock(), step);
    }

    <T> T removing(Step<T> step) throws IOException {
        return locked(lock.writeLock(), step);
    }

    private static <T> T locked(Lock lock, Step<T> step) throws IOException {
        lock.lock();
        try {
            return step.run();
        } finally {
            lock.unlock();
        }
    }
}
