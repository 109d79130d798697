package jong.engine.rest;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way out of a connection for blocking writers: a writer waits while the socket's buffer is
 * full, and fails once the client is gone.
 *
 * <p>Any thread but the event loop may write.
 */
final class Outbound {

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Outbound(Channel channel) {
        this.channel = channel;
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
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    if (channel.isActive()) {
                        var _ = ((DuplexChannel) channel).shutdownOutput();
                    }
                });
    }
}
