package jong.manager.pack;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.linux.codecs.RawDeflater;

/**
 * Compresses to gzip (RFC 1952) on several processors: each part of the stream becomes a member of
 * its own, and all members one after the other are the result, which every reader of gzip joins
 * again.
 *
 * <p>The same bytes give the same result, whatever the number of threads, as long as the machine
 * has the same libraries. What is held in memory is some parts for each thread. Used by one thread;
 * the work is done on platform threads of its own, for it would hold the carriers of virtual ones.
 *
 * <pre>{@code
 * try (var gzip = new ParallelGzip(out)) {
 *     layer.transferTo(gzip);
 * }
 * }</pre>
 */
public final class ParallelGzip extends OutputStream {

    private static final int MEMBERS_PER_THREAD = 2;
    private static final int MOST_THREADS = 8;

    private final OutputStream out;
    private final ExecutorService threads;
    private final int mostPending;
    private final Queue<Future<GzipMember>> pending = new ArrayDeque<>();
    private final Queue<GzipMember> free = new ArrayDeque<>();

    /** One for each thread; those that nobody is using. */
    private final Queue<RawDeflater> deflaters = new ConcurrentLinkedQueue<>();

    private GzipMember current = new GzipMember();
    private boolean closed;

    /**
     * Compresses with a thread for each processor, at most 8.
     *
     * @param out stays the caller's: closing this ends the last member and leaves it open
     */
    public ParallelGzip(OutputStream out) {
        this(out, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    ParallelGzip(OutputStream out, int threads) {
        this.out = out;
        this.mostPending = threads * MEMBERS_PER_THREAD;
        this.threads =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("gzip-", 0).factory());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int count) throws IOException {
        if (closed) {
            throw new IOException("stream closed");
        }
        int end = start + count;
        for (int at = start; at < end; ) {
            if (current.isFull()) {
                submit();
                current = free.isEmpty() ? new GzipMember() : free.remove();
            }
            at += current.add(bytes, at, end - at);
        }
    }

    /** Ends the last member, and the threads also when that fails. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (threads) { // Waits for what still runs.
            finish();
        } finally {
            deflaters.forEach(RawDeflater::close);
        }
    }

    private void finish() throws IOException {
        try {
            submit();
            while (!pending.isEmpty()) {
                writeOldest();
            }
        } finally {
            pending.forEach(member -> member.cancel(false)); // What nobody will write.
        }
    }

    private void submit() throws IOException {
        while (pending.size() >= mostPending) {
            writeOldest();
        }
        GzipMember member = current;
        pending.add(threads.submit(() -> compress(member)));
    }

    private GzipMember compress(GzipMember member) {
        RawDeflater unused = deflaters.poll();
        RawDeflater deflater = unused == null ? RawDeflater.open() : unused;
        try {
            return member.compress(deflater);
        } finally {
            deflaters.add(deflater);
        }
    }

    private void writeOldest() throws IOException {
        try {
            GzipMember member = pending.remove().get();
            member.writeTo(out);
            free.add(member);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("cannot compress: " + e.getCause(), e.getCause());
        }
    }
}
