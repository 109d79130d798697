package jong.linux.processes;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import jong.linux.Arch;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * Tells when processes end: one platform thread waits on all pidfds by epoll, so that thousands of
 * waiting virtual threads hold no carrier.
 *
 * <p>Futures are completed on that thread: dependents that take long belong elsewhere ({@code
 * thenApplyAsync}).
 */
public final class ProcessWatcher implements AutoCloseable {
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int IN = 1;
    private static final int EVENTS_AT_ONCE = 64;
    // struct epoll_event is packed on x86_64 alone.
    private static final int EVENT_BYTES = Arch.host() == Arch.X86_64 ? 12 : 16;
    private static final int DATA_OFFSET = EVENT_BYTES - 8;

    /** What waits for a descriptor to become readable. */
    private record Waiter(Fd fd, CompletableFuture<Void> ended) {}

    private final Fd epoll;
    private final Fd stop;
    private final Map<Integer, Waiter> waiters = new ConcurrentHashMap<>();
    private final Thread thread;

    /** Starts the thread. */
    public ProcessWatcher() throws ErrnoException {
        long epollFd = NativeCall.of(Syscall.EPOLL_CREATE1, EPOLL_CLOEXEC);
        epoll = new Fd((int) NativeCall.check(epollFd, Syscall.EPOLL_CREATE1), "epoll");
        long eventFd = NativeCall.of(Syscall.EVENTFD2, 0, EPOLL_CLOEXEC);
        stop = new Fd((int) NativeCall.check(eventFd, Syscall.EVENTFD2), "eventfd");
        control(ADD, stop.number());
        thread = Thread.ofPlatform().daemon().name("process-watcher").start(this::run);
    }

    /**
     * A future that completes when the process has ended.
     *
     * @param process stays open until the future has completed
     */
    public CompletableFuture<Void> ended(PidFd process) throws ErrnoException {
        var waiter = new Waiter(process.fd(), new CompletableFuture<>());
        int number = process.fd().number();
        if (waiters.putIfAbsent(number, waiter) != null) {
            throw new IllegalStateException("already watched: " + process);
        }
        try {
            control(ADD, number);
        } catch (ErrnoException e) {
            waiters.remove(number);
            throw e;
        }
        return waiter.ended();
    }

    /** Ends the thread; futures that have not completed are cancelled. */
    @Override
    public void close() {
        try {
            stop.write(ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
            thread.join();
        } catch (ErrnoException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiters.values().forEach(waiter -> waiter.ended().cancel(false));
        epoll.close();
        stop.close();
    }

    private void run() {
        try (var arena = Arena.ofConfined()) {
            var events = arena.allocate(EVENTS_AT_ONCE * 16L, 8);
            boolean running = true;
            while (running) {
                long count =
                        NativeCall.of(
                                Syscall.EPOLL_PWAIT,
                                epoll.number(),
                                events.address(),
                                EVENTS_AT_ONCE,
                                -1,
                                0,
                                8);
                NativeCall.check(count, Syscall.EPOLL_PWAIT);
                running = handle(events, (int) count);
            }
        } catch (ErrnoException e) {
            throw new IllegalStateException(e); // The epoll descriptor itself is broken.
        }
    }

    /** Completes what has ended; false when asked to stop. */
    private boolean handle(MemorySegment events, int count) throws ErrnoException {
        boolean running = true;
        for (int i = 0; i < count; i++) {
            int number = events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
            if (number == stop.number()) {
                running = false;
                continue;
            }
            control(DELETE, number);
            var waiter = waiters.remove(number);
            if (waiter != null) {
                waiter.ended().complete(null);
            }
        }
        return running;
    }

    private void control(int operation, int number) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(16, 8);
            event.set(JAVA_INT, 0, IN);
            event.set(JAVA_INT, DATA_OFFSET, number);
            long result =
                    NativeCall.of(
                            Syscall.EPOLL_CTL, epoll.number(), operation, number, event.address());
            if (operation == DELETE && result == -Errno.EBADF.number()) {
                return; // Its owner closed it; epoll forgot it then.
            }
            NativeCall.check(result, Syscall.EPOLL_CTL, number);
        }
    }
}
