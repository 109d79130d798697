package jong.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Notices a client that keeps the server waiting for longer than its {@link Limits}.
 *
 * <p>Looks a few times per limit instead of setting a clock at each byte, so a client gets up to a
 * quarter more than its time. Belongs to the event loop.
 */
final class ClientWatch {

    /** What the server is waiting for. */
    enum Wait {
        REQUEST,
        BODY,
        ROOM,
        NOTHING
    }

    private static final int LOOKS_PER_LIMIT = 4;

    /**
     * A body must grow by so many bytes within the limit: a byte now and then would hold a request
     * for ever.
     */
    private static final long ENOUGH = 1 << 10;

    private final Channel channel;
    private final Limits limits;
    private final Supplier<Wait> waiting;
    private final Consumer<Wait> onTooLong;

    private Wait last = Wait.NOTHING;
    private long sinceNanos = System.nanoTime();
    private long pendingBytes;
    private long came = ENOUGH;

    /**
     * Makes a watch that has not begun.
     *
     * @param waiting says what the connection waits for at this moment
     * @param onTooLong is told once it has waited too long for that
     */
    ClientWatch(Channel channel, Limits limits, Supplier<Wait> waiting, Consumer<Wait> onTooLong) {
        this.channel = channel;
        this.limits = limits;
        this.waiting = waiting;
        this.onTooLong = onTooLong;
    }

    /** Begins, unless there is no limit; ends with the channel. */
    void start() {
        long nanos = Math.min(nanos(limits.idle()), nanos(limits.stall())) / LOOKS_PER_LIMIT;
        if (nanos < Long.MAX_VALUE / LOOKS_PER_LIMIT) {
            var look =
                    channel.eventLoop()
                            .scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(_ -> look.cancel(false));
        }
    }

    /** A request has begun. */
    void requestCame() {
        came = ENOUGH;
    }

    /** So many bytes of a body came. */
    void bytesCame(int count) {
        came += count;
    }

    private void look() {
        Wait now = waiting.get();
        long pending = channel.bytesBeforeWritable();
        if (came >= ENOUGH || now != last || pending != pendingBytes) {
            came = 0;
            last = now;
            pendingBytes = pending;
            sinceNanos = System.nanoTime();
        } else if (System.nanoTime() - sinceNanos >= limit(now)) {
            came = ENOUGH;
            onTooLong.accept(now);
        }
    }

    private long limit(Wait wait) {
        return switch (wait) {
            case REQUEST -> nanos(limits.idle());
            case BODY, ROOM -> nanos(limits.stall());
            case NOTHING -> Long.MAX_VALUE;
        };
    }

    private static long nanos(Duration limit) {
        return limit.isZero() ? Long.MAX_VALUE : limit.toNanos();
    }
}
