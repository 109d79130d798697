package jong.linux.messages;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * Receives what the kernel tells all who listen to one of its groups. {@link #await} by one
 * platform thread, which it holds; {@link #wake} by any.
 */
public final class NetlinkListener implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int ADDRESS_BYTES = 12; // struct sockaddr_nl
    private static final int GROUPS_OFFSET = 8;
    private static final int EVENTFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int RECEIVE_BYTES = 64 * 1024;

    private final Fd socket;
    private final Fd wake;

    /**
     * What came.
     *
     * @param messages in order
     * @param incomplete whether there was more than the queue holds, and some is lost
     */
    public record Received(List<Message> messages, boolean incomplete) {}

    /**
     * Begins to listen, in the calling thread's network namespace.
     *
     * @param group its number, 1–32
     */
    public NetlinkListener(int family, int group) throws ErrnoException {
        long opened = NativeCall.of(Syscall.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, family);
        socket = new Fd((int) NativeCall.check(opened, Syscall.SOCKET, "netlink"), "netlink");
        try (var arena = Arena.ofConfined()) {
            // A socket that is not bound is passed over: it looks like the kernel, who has told it.
            var address = arena.allocate(ADDRESS_BYTES, 4);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            address.set(JAVA_INT, GROUPS_OFFSET, 1 << (group - 1));
            long bound =
                    NativeCall.of(Syscall.BIND, socket.number(), address.address(), ADDRESS_BYTES);
            NativeCall.check(bound, Syscall.BIND, "group", group);
            long event = NativeCall.of(Syscall.EVENTFD2, 0, EVENTFD_CLOEXEC);
            wake = new Fd((int) NativeCall.check(event, Syscall.EVENTFD2), "eventfd");
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Waits until something comes; nothing when the time is over, or once {@link #wake} was called.
     *
     * @param longest how long to wait; zero without an end
     */
    public Received await(Duration longest) throws ErrnoException {
        return poll(longest) ? receive() : new Received(List.of(), false);
    }

    /** Ends all waiting, for good. */
    public void wake() throws ErrnoException {
        wake.write(ByteBuffer.wrap(new byte[] {1, 1, 1, 1, 1, 1, 1, 1}));
    }

    /** Whether the socket has something, and nobody has woken. */
    private boolean poll(Duration longest) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var wanted = arena.allocate(2 * POLLFD_BYTES, 8);
            wanted.set(JAVA_INT, 0, socket.number());
            wanted.set(JAVA_SHORT, EVENTS_OFFSET, POLLIN);
            wanted.set(JAVA_INT, POLLFD_BYTES, wake.number());
            wanted.set(JAVA_SHORT, POLLFD_BYTES + EVENTS_OFFSET, POLLIN);
            var timeout = arena.allocate(16, 8);
            timeout.set(JAVA_LONG, 0, longest.toSeconds());
            timeout.set(JAVA_LONG, 8, longest.toNanosPart());
            long time = longest.isZero() ? 0 : timeout.address();
            long ready = NativeCall.of(Syscall.PPOLL, wanted.address(), 2, time, 0, 0);
            NativeCall.check(ready, Syscall.PPOLL, socket);
            boolean woken = wanted.get(JAVA_SHORT, POLLFD_BYTES + EVENTS_OFFSET + 2) != 0;
            return ready > 0 && !woken;
        }
    }

    private Received receive() throws ErrnoException {
        var messages = new ArrayList<Message>();
        boolean incomplete = false;
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(RECEIVE_BYTES);
            while (true) {
                long length =
                        NativeCall.of(
                                Syscall.RECVFROM,
                                socket.number(),
                                buffer.address(),
                                RECEIVE_BYTES,
                                MSG_DONTWAIT | MSG_TRUNC,
                                0,
                                0);
                if (length == -Errno.EAGAIN.number()) {
                    return new Received(messages, incomplete);
                }
                if (length == -Errno.ENOBUFS.number() || length > RECEIVE_BYTES) {
                    incomplete = true;
                    continue;
                }
                NativeCall.check(length, Syscall.RECVFROM, socket);
                messages.addAll(Message.split(buffer.asSlice(0, length).toArray(JAVA_BYTE)));
            }
        }
    }

    /** Once nobody waits any more. */
    @Override
    public void close() {
        socket.close();
        wake.close();
    }
}
