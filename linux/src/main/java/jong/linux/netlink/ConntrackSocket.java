package jong.linux.netlink;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.messages.Message;
import jong.linux.messages.MessageWriter;
import jong.linux.messages.NetlinkSocket;

/**
 * Reads and deletes what the kernel's connection tracking remembers, in the network namespace of
 * the thread that opened it (include/uapi/linux/netfilter/nfnetlink_conntrack.h). For any thread.
 */
public final class ConntrackSocket implements AutoCloseable {
    private static final int SUBSYSTEM = 1 << 8; // NFNL_SUBSYS_CTNETLINK
    private static final int GET = 1;
    private static final int DELETE = 2;
    private static final int FIXED_BYTES = 4; // struct nfgenmsg
    private static final int TUPLE_ORIGINAL = 1;
    private static final int TUPLE_REPLY = 2;
    private static final int ID = 12;
    private static final int FILTER = 25;
    private static final int FILTER_ORIGINAL = 1;
    private static final int BY_PROTOCOL = 1 << 3;
    private static final int BY_DESTINATION_PORT = 1 << 5;
    private static final int NESTED = 0x8000;

    private final NetlinkSocket socket;

    /** Opens a socket in the calling thread's namespace. */
    public ConntrackSocket() throws ErrnoException {
        socket = new NetlinkSocket(NetlinkSocket.NETFILTER);
    }

    /**
     * The connections whose first packet went to one of some ports, asked for at once. Datagrams to
     * and fro count as one.
     *
     * @param ipv6 of IPv6, otherwise of IPv4
     * @param protocol as the IP header has it
     */
    public List<TrackedConnection> to(boolean ipv6, int protocol, Set<Integer> ports)
            throws ErrnoException {
        var message = begin(ipv6, GET, NetlinkSocket.DUMP);
        // Kernels filter by one port at most, and those before 5.8 not at all, so the answers are
        // looked at once more.
        int port = ports.size() == 1 ? ports.iterator().next() : 0;
        int filter = ports.size() == 1 ? BY_PROTOCOL | BY_DESTINATION_PORT : BY_PROTOCOL;
        message.nested(TUPLE_ORIGINAL, () -> TrackedConnection.write(message, protocol, port));
        message.nested(FILTER, () -> message.attribute32(FILTER_ORIGINAL, filter));
        var found = new ArrayList<TrackedConnection>();
        for (Message answer : socket.query(message.toBytes(), "list connections")) {
            read(answer)
                    .filter(one -> one.protocol() == protocol)
                    .filter(one -> ports.contains(one.destinationPort()))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Has the kernel forget one; one that it has forgotten is no error. */
    public void delete(TrackedConnection connection) throws ErrnoException {
        boolean ipv6 = !(connection.destination() instanceof Inet4Address);
        var message = begin(ipv6, DELETE, NetlinkSocket.REQUEST);
        var original = new byte[connection.original().limit()];
        connection.original().get(0, original);
        message.attribute(TUPLE_ORIGINAL | NESTED, original);
        message.attributeBigEndian32(ID, connection.id());
        try {
            socket.request(message.toBytes(), List.of("forget a connection"));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    private static MessageWriter begin(boolean ipv6, int type, int flags) {
        var message = new MessageWriter();
        message.begin(SUBSYSTEM | type, flags, 0);
        return message.u8(ipv6 ? 10 : 2).u8(0).bigEndian16(0); // AF_INET6, AF_INET
    }

    private static Optional<TrackedConnection> read(Message message) {
        var attributes = message.attributes(FIXED_BYTES);
        return attributes
                .bytes(TUPLE_ORIGINAL)
                .flatMap(original ->
                        TrackedConnection.read(
                                original,
                                attributes.nested(TUPLE_REPLY),
                                attributes.bigEndian32(ID).orElse(0)));
    }
}
