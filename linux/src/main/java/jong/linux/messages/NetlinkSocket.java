package jong.linux.messages;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * A netlink socket for requests and their answers. For any thread; one exchange at a time.
 *
 * <p>The kernel carries a request out before sendto(2) returns, so its answers are there at once,
 * and receiving never waits.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** NETLINK_ROUTE. */
    public static final int ROUTE = 0;

    /** NETLINK_NETFILTER. */
    public static final int NETFILTER = 12;

    /** Ask for an answer. */
    public static final int ACK = 0x4;

    /** A request, to be answered. */
    public static final int REQUEST = 0x1 | ACK;

    /** A request for all objects. */
    public static final int DUMP = 0x1 | 0x300;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int CAP_ACK = 10;
    private static final int EXT_ACK = 11;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int ADDRESS_BYTES = 12;
    private static final int PORT_OFFSET = 4;
    private static final int RECEIVE_BYTES = 64 * 1024;
    private static final int QUEUE_BYTES = 4 * 1024 * 1024;

    /** A limit, nothing that is taken: one message to the kernel has to stay below it. */
    private static final int SEND_BYTES = 64 * 1024 * 1024;

    private static final int DUMP_INTERRUPTED = 0x10;
    private static final int DUMPS = 100;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int ERROR_TLVS = 0x200;
    private static final int ERROR_HEADER_BYTES = 20;
    private static final int ERROR_MESSAGE = 1;

    private final Fd fd;
    private final ReentrantLock exchange = new ReentrantLock();

    /** Opens a socket of a netlink family in the calling thread's network namespace. */
    public NetlinkSocket(int family) throws ErrnoException {
        long result = NativeCall.of(Syscall.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, family);
        fd = new Fd((int) NativeCall.check(result, Syscall.SOCKET, "netlink"), "netlink");
        try {
            option(SOL_NETLINK, CAP_ACK, 1);
            option(SOL_NETLINK, EXT_ACK, 1);
            option(SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES);
            option(SOL_SOCKET, SO_SNDBUFFORCE, SEND_BYTES);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Sends requests in one call and checks their answers.
     *
     * @param messages as {@link MessageWriter} wrote them
     * @param names what each is, for errors; the index is the message's sequence number
     * @throws ErrnoException of the first that failed; those after it may have been carried out
     */
    public void request(byte[] messages, List<String> names) throws ErrnoException {
        for (var answer : exchange(messages)) {
            if (answer.type() == NLMSG_ERROR) {
                check(answer, names);
            }
        }
    }

    /**
     * Sends one request for objects and returns them. Where others have changed them meanwhile,
     * some may be missing or there twice; then it asks again.
     *
     * @throws ErrnoException EINTR when others do not stop changing them
     */
    public List<Message> query(byte[] message, String name) throws ErrnoException {
        for (int i = 0; i < DUMPS; i++) {
            List<Message> answers = exchange(message);
            if (answers.stream().noneMatch(answer -> (answer.flags() & DUMP_INTERRUPTED) != 0)) {
                return objects(answers, name);
            }
        }
        throw new ErrnoException(name, "", Errno.EINTR.number());
    }

    private static List<Message> objects(List<Message> answers, String name) throws ErrnoException {
        var objects = new ArrayList<Message>();
        for (var answer : answers) {
            if (answer.type() == NLMSG_ERROR || answer.type() == NLMSG_DONE) {
                check(answer, List.of(name));
            } else {
                objects.add(answer);
            }
        }
        return objects;
    }

    /** The number by which the kernel tells this socket's requests from others'. */
    public int port() throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var address = arena.allocate(ADDRESS_BYTES, 4); // struct sockaddr_nl
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            int port = port(address);
            if (port
                    == 0) { // Without any request yet; a bind to 0 leaves the choice to the kernel.
                long result =
                        NativeCall.of(Syscall.BIND, fd.number(), address.address(), ADDRESS_BYTES);
                NativeCall.check(result, Syscall.BIND, fd);
                port = port(address);
            }
            return port;
        }
    }

    private int port(MemorySegment address) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var length = arena.allocateFrom(JAVA_INT, ADDRESS_BYTES);
            long result =
                    NativeCall.of(
                            Syscall.GETSOCKNAME, fd.number(), address.address(), length.address());
            NativeCall.check(result, Syscall.GETSOCKNAME, fd);
            return address.get(JAVA_INT, PORT_OFFSET);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    private List<Message> exchange(byte[] messages) throws ErrnoException {
        exchange.lock();
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocateFrom(JAVA_BYTE, messages);
            long sent =
                    NativeCall.of(
                            Syscall.SENDTO, fd.number(), out.address(), messages.length, 0, 0, 0);
            NativeCall.check(sent, Syscall.SENDTO, fd);
            return receiveAll(arena.allocate(RECEIVE_BYTES));
        } finally {
            exchange.unlock();
        }
    }

    private List<Message> receiveAll(MemorySegment buffer) throws ErrnoException {
        var answers = new ArrayList<Message>();
        while (true) {
            long length =
                    NativeCall.of(
                            Syscall.RECVFROM,
                            fd.number(),
                            buffer.address(),
                            RECEIVE_BYTES,
                            MSG_DONTWAIT | MSG_TRUNC,
                            0,
                            0);
            if (length == -Errno.EAGAIN.number()) {
                return answers;
            }
            NativeCall.check(length, Syscall.RECVFROM, fd);
            if (length > RECEIVE_BYTES) {
                throw new ErrnoException("recvfrom", "netlink", Errno.EMSGSIZE.number());
            }
            answers.addAll(Message.split(buffer.asSlice(0, length).toArray(JAVA_BYTE)));
        }
    }

    /** Throws if the answer tells an error; an error number of 0 is an acknowledgement. */
    private static void check(Message answer, List<String> names) throws ErrnoException {
        int error = answer.payload().limit() < 4 ? 0 : answer.from(0).getInt();
        if (error >= 0) {
            return;
        }
        int sequence = answer.sequence();
        var name = sequence >= 0 && sequence < names.size() ? names.get(sequence) : "netlink";
        var told =
                (answer.flags() & ERROR_TLVS) == 0
                        ? Optional.<String>empty()
                        : answer.attributes(ERROR_HEADER_BYTES).text(ERROR_MESSAGE);
        if (told.isEmpty()) {
            throw new ErrnoException(name, "", -error);
        }
        throw new ErrnoException(
                name, "", -error, Errno.of(-error).text() + " (" + told.get() + ")");
    }

    private void option(int level, int option, int value) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocateFrom(JAVA_INT, value);
            long result =
                    NativeCall.of(
                            Syscall.SETSOCKOPT, fd.number(), level, option, memory.address(), 4);
            NativeCall.check(result, Syscall.SETSOCKOPT, level, option, value);
        }
    }
}
