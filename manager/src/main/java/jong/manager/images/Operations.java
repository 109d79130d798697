package jong.manager.images;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps what adds content and what collects garbage apart: while anything is being added, nothing
 * is collected, so content on its way needs no lease; a collection that is asked for meanwhile
 * happens when the last addition ends. After a death of the process no addition is under way, so
 * the collection at the next start takes what it left.
 */
final class Operations {

    /** Work that may fail by I/O. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Removes what nothing refers to. */
    interface Collector {
        void collect() throws IOException;
    }

    private final Collector collector;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition collected = lock.newCondition();
    private int additions;
    private boolean collecting;
    private boolean wanted;

    Operations(Collector collector) {
        this.collector = collector;
    }

    /** Runs something that adds content; if it fails, what it left is collected. */
    <T> T add(Work<T> work) throws IOException, InterruptedException {
        begin();
        boolean done = false;
        try {
            T result = work.run();
            done = true;
            return result;
        } finally {
            end(!done);
        }
    }

    /** Like {@link #add}, for work that no other thread ever interrupts. */
    <T> T addUninterrupted(Work<T> work) throws IOException {
        try {
            return add(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        }
    }

    /** Collects now, or when the last addition under way ends. */
    void collect() throws IOException {
        lock.lock();
        try {
            wanted = true;
        } finally {
            lock.unlock();
        }
        collectIfIdle();
    }

    private void begin() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (collecting) {
                collected.await();
            }
            additions++;
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean failed) throws IOException {
        lock.lock();
        try {
            additions--;
            wanted |= failed;
        } finally {
            lock.unlock();
        }
        collectIfIdle();
    }

    private void collectIfIdle() throws IOException {
        lock.lock();
        try {
            if (!wanted || additions > 0 || collecting) {
                return;
            }
            wanted = false;
            collecting = true;
        } finally {
            lock.unlock();
        }
        try {
            collector.collect();
        } finally {
            lock.lock();
            try {
                collecting = false;
                collected.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
