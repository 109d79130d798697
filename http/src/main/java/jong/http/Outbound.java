package jong.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way out of a connection for blocking writers: a writer waits while the socket's buffer is
 * full, and fails once the client is gone.
 *
 * <p>Any thread but the event loop may write.
 */
final class Outbound {

    /** How much of a file is read into memory at a time where the kernel cannot copy it. */
    private static final int FILE_PIECE = 64 << 10;

    private final Channel channel;
    private final Duration stall;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /**
     * Makes the way out of a channel.
     *
     * @param stall how long a client may take nothing of a file; zero for ever
     */
    Outbound(Channel channel, Duration stall) {
        this.channel = channel;
        this.stall = stall;
    }

    /** Whether what is sent is encrypted. */
    boolean secure() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /**
     * Queues a message for the pipeline and flushes, after waiting for room.
     *
     * @throws IOException if the client is gone
     */
    void send(Object message) throws IOException {
        awaitRoom();
        var _ = channel.writeAndFlush(message);
    }

    private void awaitRoom() throws IOException {
        if (channel.isWritable()) {
            return;
        }
        lock.lock();
        try {
            while (!channel.isWritable() && channel.isActive()) {
                changed.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        } finally {
            lock.unlock();
        }
        if (!channel.isActive() || ((DuplexChannel) channel).isOutputShutdown()) {
            throw new IOException("the client has closed the connection");
        }
    }

    /**
     * Sends a part of a file and waits until it has left.
     *
     * @throws IOException if the client is gone or takes nothing for too long, or if the file is
     *     shorter
     */
    void sendFile(FileChannel file, long offset, long length) throws IOException {
        if (secure()) {
            sendPieces(file, offset, length);
            return;
        }
        var region = new SharedFileRegion(file, offset, length);
        ChannelFuture sent = channel.writeAndFlush(region);
        long before = -1;
        while (!await(sent)) {
            if (region.transferred() == before) {
                var _ = channel.close();
                throw new IOException("the client took nothing for " + stall.toMillis() + " ms");
            }
            before = region.transferred();
        }
        if (sent.cause() != null) {
            throw new IOException("cannot send a file: " + sent.cause().getMessage(), sent.cause());
        }
    }

    private boolean await(ChannelFuture sent) throws InterruptedIOException {
        try {
            if (stall.isZero()) {
                sent.await();
                return true;
            }
            return sent.await(stall.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
    }

    private void sendPieces(FileChannel file, long offset, long length) throws IOException {
        long end = offset + length;
        for (long at = offset; at < end; ) {
            var piece = ByteBuffer.allocate((int) Math.min(FILE_PIECE, end - at));
            int count = file.read(piece, at);
            if (count < 0) {
                throw new EOFException("the file ends at " + at + " instead of " + end);
            }
            send(Unpooled.wrappedBuffer(piece.flip()));
            at += count;
        }
    }

    /** A region that leaves its file open, which belongs to the sender. */
    private static final class SharedFileRegion extends DefaultFileRegion {
        SharedFileRegion(FileChannel file, long offset, long length) {
            super(file, offset, length);
        }

        @Override
        protected void deallocate() {
            // Closed by whoever opened it.
        }
    }

    /** Wakes the writers, for the event loop: there is room again, or the connection is gone. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Half-closes: the client sees the end of the stream after what was sent before. */
    void shutdown() {
        // Shutting down at once would drop what is still queued.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> shutdownNow());
    }

    /** For the event loop: half-closes, after the end of TLS if there is any. */
    void shutdownNow() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdownSocket();
        } else {
            tls.closeOutbound().addListener(_ -> shutdownSocket());
        }
    }

    private void shutdownSocket() {
        if (channel.isActive()) {
            var _ = ((DuplexChannel) channel).shutdownOutput();
        }
    }
}
