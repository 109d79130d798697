package jong.linux.netlink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.messages.Message;
import jong.linux.messages.MessageWriter;
import jong.linux.messages.NetlinkSocket;

/**
 * Talks rtnetlink with the kernel in one network namespace, that of the thread that opened it. For
 * any thread.
 */
public final class RouteSocket implements AutoCloseable {
    private static final int GET_LINK = 18;
    private static final int GET_ADDRESS = 22;
    private static final int GET_ROUTE = 26;
    private static final int AF_UNSPEC = 0;

    private final NetlinkSocket socket;

    /** Opens a socket in the calling thread's namespace. */
    public RouteSocket() throws ErrnoException {
        socket = new NetlinkSocket(NetlinkSocket.ROUTE);
    }

    /** Opens a socket in another namespace; it can then be used from any thread. */
    public static RouteSocket in(NetworkNamespace namespace) throws IOException {
        return namespace.call(RouteSocket::new);
    }

    /**
     * Carries out changes in order, with one system call.
     *
     * @throws ErrnoException of the first that failed, in the kernel's words where it gave some;
     *     the kernel goes on with those after it
     */
    public void execute(RouteRequest... requests) throws ErrnoException {
        var message = new MessageWriter();
        var names = new ArrayList<String>();
        for (var request : requests) {
            request.write(message, names.size());
            names.add(request.name());
        }
        socket.request(message.toBytes(), names);
    }

    /** All interfaces. */
    public List<Link> links() throws ErrnoException {
        var message = new MessageWriter();
        message.begin(GET_LINK, NetlinkSocket.DUMP, 0);
        new LinkChange().write(message, 0);
        return socket.query(message.toBytes(), "list links").stream().map(Link::read).toList();
    }

    /** The interface of a name. */
    public Optional<Link> link(String name) throws ErrnoException {
        var message = new MessageWriter();
        message.begin(GET_LINK, NetlinkSocket.REQUEST, 0);
        new LinkChange().name(name).write(message, 0);
        try {
            return socket.query(message.toBytes(), "get link " + name).stream()
                    .findFirst()
                    .map(Link::read);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** All addresses of all interfaces. */
    public List<InterfaceAddress> addresses() throws ErrnoException {
        var message = new MessageWriter();
        message.begin(GET_ADDRESS, NetlinkSocket.DUMP, 0);
        message.u8(AF_UNSPEC).u8(0).u8(0).u8(0).u32(0);
        return socket.query(message.toBytes(), "list addresses").stream()
                .map(InterfaceAddress::read)
                .toList();
    }

    /** The routes of the main table, of IPv4 and of IPv6. */
    public List<Route> routes() throws ErrnoException {
        var message = new MessageWriter();
        message.begin(GET_ROUTE, NetlinkSocket.DUMP, 0);
        message.u8(AF_UNSPEC).u8(0).u8(0).u8(0).u32(0).u32(0);
        List<Message> answers = socket.query(message.toBytes(), "list routes");
        return answers.stream().filter(Route::isOfMainTable).map(Route::read).toList();
    }

    @Override
    public void close() {
        socket.close();
    }
}
