package jong.manager.pack;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * Compresses to gzip (RFC 1952) on several processors, as pigz does: blocks of the stream are
 * compressed at the same time, each with the end of the one before as its dictionary, and joined
 * into one member.
 *
 * <p>The same bytes give the same result, whatever the number of threads. What is held in memory is
 * some blocks for each thread. Used by one thread; the work is done on platform threads of its own,
 * for it would hold the carriers of virtual ones.
 *
 * <pre>{@code
 * try (var gzip = new ParallelGzip(out)) {
 *     layer.transferTo(gzip);
 * }
 * }</pre>
 */
public final class ParallelGzip extends OutputStream {

    /** Larger blocks would compress hardly better, smaller ones pay for their ends. */
    private static final int BLOCK_BYTES = 256 * 1024;

    private static final int BLOCKS_PER_THREAD = 2;
    private static final int MOST_THREADS = 8;

    /** Deflate, no time, unknown system: nothing that differs from one run to the next. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final ExecutorService threads;
    private final int mostPending;
    private final Queue<Future<byte[]>> pending = new ArrayDeque<>();
    private final CRC32 checksum = new CRC32();
    private long length;
    private byte[] block = new byte[BLOCK_BYTES];
    private int filled;
    private byte[] dictionary = new byte[0];
    private boolean closed;

    /**
     * Compresses with a thread for each processor, at most 8.
     *
     * @param out stays the caller's: closing this ends the member and leaves it open
     */
    public ParallelGzip(OutputStream out) throws IOException {
        this(out, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    ParallelGzip(OutputStream out, int threads) throws IOException {
        this.out = out;
        this.mostPending = threads * BLOCKS_PER_THREAD;
        this.threads =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("gzip-", 0).factory());
        out.write(HEADER);
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
        checksum.update(bytes, start, count);
        length += count;
        int end = start + count;
        for (int at = start; at < end; ) {
            if (filled == BLOCK_BYTES) {
                compress(false);
            }
            int n = Math.min(BLOCK_BYTES - filled, end - at);
            System.arraycopy(bytes, at, block, filled, n);
            filled += n;
            at += n;
        }
    }

    /** Ends the member, and the threads also when that fails. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            compress(true);
            while (!pending.isEmpty()) {
                writeOldest();
            }
            writeNumber(checksum.getValue());
            writeNumber(length);
        } finally {
            threads.shutdownNow();
        }
    }

    private void compress(boolean last) throws IOException {
        while (pending.size() >= mostPending) {
            writeOldest();
        }
        byte[] content = last ? Arrays.copyOf(block, filled) : block;
        var task = new GzipBlock(content, dictionary, last);
        pending.add(threads.submit(task::compressed));
        dictionary = content;
        block = last ? new byte[0] : new byte[BLOCK_BYTES];
        filled = 0;
    }

    private void writeOldest() throws IOException {
        try {
            out.write(pending.remove().get());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("cannot compress: " + e.getCause(), e.getCause());
        }
    }

    private void writeNumber(long number) throws IOException {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (number >>> shift));
        }
    }
}
