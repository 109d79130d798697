package jong.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.messages.Message;
import jong.linux.messages.MessageWriter;
import jong.linux.messages.NetlinkSocket;

/**
 * Talks nf_tables with the kernel, in the network namespace of the thread that opened it. For any
 * thread.
 */
public final class NftSocket implements AutoCloseable {
    private static final int GET_CHAIN = 4;
    private static final int TRIES = 1000;
    private static final int GET_GENERATION = 16;
    private static final int GET_RULE = 7;
    private static final int GET_SET = 10;
    private static final int FIXED_BYTES = 4; // struct nfgenmsg

    private final NetlinkSocket socket;

    /**
     * A rule found in a chain.
     *
     * @param handle by which it can be deleted
     * @param comment its remark; empty when it has none
     */
    public record FoundRule(long handle, String comment) {}

    /** Opens a socket in the calling thread's namespace. */
    public NftSocket() throws ErrnoException {
        socket = new NetlinkSocket(NetlinkSocket.NETFILTER);
    }

    /**
     * Carries out all of a batch or nothing of it.
     *
     * @throws ErrnoException of the first change that cannot be made
     */
    public void execute(NftBatch batch) throws ErrnoException {
        if (!batch.isEmpty()) {
            socket.request(batch.toBytes(), batch.names());
        }
    }

    /** Whether a chain is there. */
    public boolean hasChain(NftTable table, String chain) throws ErrnoException {
        var message = begin(GET_CHAIN, NetlinkSocket.REQUEST, table);
        message.attribute(1, table.name()).attribute(3, chain);
        try {
            socket.query(message.toBytes(), "get chain " + chain);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** The names of a table's chains; none when there is no such table. */
    public List<String> chains(NftTable table) throws ErrnoException {
        return names(GET_CHAIN, "list chains", 1, 3, table);
    }

    /** The names of a table's maps and sets; none when there is no such table. */
    public List<String> maps(NftTable table) throws ErrnoException {
        return names(GET_SET, "list maps", 1, 2, table);
    }

    private List<String> names(int type, String what, int ofTable, int ofName, NftTable table)
            throws ErrnoException {
        var message = begin(type, NetlinkSocket.DUMP, table);
        message.attribute(ofTable, table.name());
        try {
            return socket.query(message.toBytes(), what).stream()
                    .map(found -> found.attributes(FIXED_BYTES))
                    .filter(found -> found.text(ofTable).equals(Optional.of(table.name())))
                    .map(found -> found.text(ofName).orElseThrow())
                    .toList();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return List.of();
            }
            throw e;
        }
    }

    /**
     * The rules of a chain, in order; none when it is not there. All of one moment: the kernel
     * itself may leave some out while others change the chain.
     *
     * @throws ErrnoException EINTR when others do not stop changing rules
     */
    public List<FoundRule> rules(NftTable table, String chain) throws ErrnoException {
        for (int i = 0; i < TRIES; i++) {
            int before = generation();
            List<FoundRule> rules = rulesNow(table, chain);
            if (generation() == before) {
                return rules;
            }
        }
        throw new ErrnoException("list rules of", chain, Errno.EINTR.number());
    }

    /** A number that changes with every change of nf_tables. */
    private int generation() throws ErrnoException {
        var message = new MessageWriter();
        message.begin(NftBatch.SUBSYSTEM | GET_GENERATION, NetlinkSocket.REQUEST, 0);
        message.u8(0).u8(0).bigEndian16(0);
        return socket.query(message.toBytes(), "get generation").stream()
                .flatMap(answer -> answer.attributes(FIXED_BYTES).bytes(1).stream())
                .findFirst()
                .map(Arrays::hashCode)
                .orElse(0);
    }

    private List<FoundRule> rulesNow(NftTable table, String chain) throws ErrnoException {
        var message = begin(GET_RULE, NetlinkSocket.DUMP, table);
        message.attribute(1, table.name()).attribute(2, chain);
        return socket.query(message.toBytes(), "list rules of " + chain).stream()
                .map(NftSocket::found)
                .toList();
    }

    /** By which the kernel tells this socket's changes from others'. */
    int port() throws ErrnoException {
        return socket.port();
    }

    @Override
    public void close() {
        socket.close();
    }

    private static MessageWriter begin(int type, int flags, NftTable table) {
        var message = new MessageWriter();
        message.begin(NftBatch.SUBSYSTEM | type, flags, 0);
        return message.u8(table.family().number()).u8(0).bigEndian16(0);
    }

    private static FoundRule found(Message message) {
        var attributes = message.attributes(FIXED_BYTES);
        long handle = ByteBuffer.wrap(attributes.bytes(3).orElseThrow()).getLong();
        return new FoundRule(handle, attributes.bytes(7).map(NftSocket::comment).orElse(""));
    }

    /** Reads {@link NftRule#comment}; others' user data that is not of that form is no comment. */
    private static String comment(byte[] userData) {
        if (userData.length < 3 || userData[0] != 0 || 2 + userData[1] > userData.length) {
            return "";
        }
        return new String(userData, 2, userData[1] - 1, UTF_8);
    }
}
