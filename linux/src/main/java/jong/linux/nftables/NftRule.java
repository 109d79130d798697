package jong.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import jong.linux.messages.MessageWriter;

/**
 * A rule, written as its conditions and then what to do. For one thread.
 *
 * {@snippet :
 * new NftRule().outputInterface("br0").state(NftRule.State.ESTABLISHED).accept();
 * }
 */
public final class NftRule {
    /** What connection tracking says of a packet. */
    public enum State {
        /** Of a connection that was answered. */
        ESTABLISHED(1 << 1),
        /** Caused by another connection. */
        RELATED(1 << 2);

        private final int bit;

        State(int bit) {
            this.bit = bit;
        }
    }

    private static final int INTERFACE_NAME_BYTES = 16;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int PORT_BYTES = 2;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int TRANSLATED_DESTINATION = 1 << 5; // IPS_DST_NAT
    private static final int ADDRESS_TYPE_LOCAL = 2; // RTN_LOCAL
    private static final int COMMENT = 0;

    private final List<Consumer<MessageWriter>> expressions = new ArrayList<>();
    private String comment = "";

    /** A rule that matches everything and does nothing. */
    public NftRule() {}

    /** If the packet came by this interface. */
    public NftRule inputInterface(String name) {
        return interfaceName(Expressions.META_INPUT_NAME, Expressions.EQUAL, name);
    }

    /** If the packet came by another interface. */
    public NftRule notInputInterface(String name) {
        return interfaceName(Expressions.META_INPUT_NAME, Expressions.NOT_EQUAL, name);
    }

    /** If the packet leaves by this interface. */
    public NftRule outputInterface(String name) {
        return interfaceName(Expressions.META_OUTPUT_NAME, Expressions.EQUAL, name);
    }

    /** If the packet leaves by another interface. */
    public NftRule notOutputInterface(String name) {
        return interfaceName(Expressions.META_OUTPUT_NAME, Expressions.NOT_EQUAL, name);
    }

    /** If the packet is of IPv4 or of IPv6; for tables of both. */
    public NftRule family(NftTable.Family family) {
        expressions.add(message ->
                Expressions.loadMeta(message, Expressions.META_FAMILY, Expressions.register(0)));
        return compare(Expressions.EQUAL, new byte[] {(byte) family.number()});
    }

    /** If the packet is of a protocol above IP, as 1 for ICMP. */
    public NftRule protocol(int number) {
        expressions.add(message ->
                Expressions.loadMeta(message, Expressions.META_PROTOCOL, Expressions.register(0)));
        return compare(Expressions.EQUAL, new byte[] {(byte) number});
    }

    /** If the source is in a network of the table's family. */
    public NftRule source(InetAddress network, int prefixLength) {
        int offset = network instanceof Inet4Address ? IPV4_SOURCE : IPV6_SOURCE;
        return address(offset, network, prefixLength);
    }

    /** If the destination is in a network of the table's family. */
    public NftRule destination(InetAddress network, int prefixLength) {
        int offset = network instanceof Inet4Address ? IPV4_DESTINATION : IPV6_DESTINATION;
        return address(offset, network, prefixLength);
    }

    /** If the packet of TCP or UDP comes from a port. */
    public NftRule sourcePort(int port) {
        return port(SOURCE_PORT, port);
    }

    /** If the packet of TCP or UDP goes to a port. */
    public NftRule destinationPort(int port) {
        return port(DESTINATION_PORT, port);
    }

    /**
     * Writes another source port into the packet; unlike NAT, without regard to its connection.
     *
     * @param protocol 6 for TCP or 17 for UDP, which the packet has to be of
     */
    public NftRule writeSourcePort(int protocol, int port) {
        return writePort(SOURCE_PORT, protocol, port);
    }

    /** Writes another destination port into the packet, as {@link #writeSourcePort} does. */
    public NftRule writeDestinationPort(int protocol, int port) {
        return writePort(DESTINATION_PORT, protocol, port);
    }

    /** If the destination is an address of this machine. */
    public NftRule localDestination() {
        expressions.add(Expressions::loadDestinationType);
        return compare(Expressions.EQUAL, number(ADDRESS_TYPE_LOCAL));
    }

    /** If the packet's connection is in one of these states. */
    public NftRule state(State... states) {
        int bits = Set.of(states).stream().mapToInt(state -> state.bit).reduce(0, (a, b) -> a | b);
        return connection(Expressions.CONNECTION_STATE, bits);
    }

    /** If the connection's destination was rewritten. */
    public NftRule destinationRewritten() {
        return connection(Expressions.CONNECTION_STATUS, TRANSLATED_DESTINATION);
    }

    /** Counts packets and bytes. */
    public NftRule count() {
        expressions.add(Expressions::counter);
        return this;
    }

    /** Lets the packet pass this chain; other base chains may still drop it. */
    public NftRule accept() {
        return verdict(Expressions.ACCEPT);
    }

    /** Drops the packet. */
    public NftRule drop() {
        return verdict(Expressions.DROP);
    }

    /** Goes on in another chain of the table, and comes back where that one has not decided. */
    public NftRule jump(String chain) {
        expressions.add(message -> Expressions.jump(message, chain));
        return this;
    }

    /** Goes on in the chain that a map has for the interface that the packet came by, if any. */
    public NftRule jumpByInput(NftInterfaceMap map) {
        return decide(Expressions.META_INPUT_NAME, map);
    }

    /** Goes on in the chain that a map has for the interface that the packet leaves by, if any. */
    public NftRule jumpByOutput(NftInterfaceMap map) {
        return decide(Expressions.META_OUTPUT_NAME, map);
    }

    /** If the packet's destination (address, protocol, port) is in a set. */
    public NftRule destinationIn(NftMap set) {
        loadKey(set);
        expressions.add(message -> Expressions.member(message, set.name()));
        return this;
    }

    /** Gives the connection the address of the interface it leaves by as its source. */
    public NftRule masquerade() {
        expressions.add(message -> Expressions.expression(message, "masq", () -> {}));
        return this;
    }

    /** Gives the connection an address as its source. */
    public NftRule rewriteSource(InetAddress address) {
        var family = address instanceof Inet4Address ? NftTable.Family.IP : NftTable.Family.IP6;
        expressions.add(message -> Expressions.value(message, address.getAddress()));
        expressions.add(message -> Expressions.sourceNat(message, family));
        return this;
    }

    /**
     * Rewrites the destination to what a map has for the packet: an address and a port. Goes on
     * with the next rule when it has nothing.
     *
     * @param map its key fields are read from the packet's destination, which is of the family of
     *     the address in the map's data ({@link #family} sees to it in a table of both)
     */
    public NftRule rewriteDestination(NftMap map) {
        loadKey(map);
        expressions.add(message -> Expressions.lookup(message, map.name()));
        expressions.add(message -> Expressions.destinationNat(message, map.data().getFirst()));
        return this;
    }

    /** A remark that listings show, and by which the rule can be found. */
    public NftRule comment(String text) {
        comment = text;
        return this;
    }

    /** The comment in libnftnl's form: type, length, text with a final NUL. */
    byte[] userData() {
        if (comment.isEmpty()) {
            return new byte[0];
        }
        var text = (comment + "\0").getBytes(UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .put((byte) COMMENT)
                .put((byte) text.length)
                .put(text)
                .array();
    }

    void write(MessageWriter message) {
        expressions.forEach(expression -> expression.accept(message));
    }

    private void loadKey(NftMap map) {
        int bytes = 0;
        for (var type : map.key()) {
            int register = Expressions.register(bytes / NftType.ALIGNMENT);
            expressions.add(message -> Expressions.loadField(message, type, register));
            bytes += type.alignedBytes();
        }
    }

    private NftRule decide(int meta, NftInterfaceMap map) {
        expressions.add(message -> Expressions.loadMeta(message, meta, Expressions.register(0)));
        expressions.add(message -> Expressions.decide(message, map.name()));
        return this;
    }

    private NftRule interfaceName(int key, int operator, String name) {
        expressions.add(message -> Expressions.loadMeta(message, key, Expressions.register(0)));
        return compare(operator, interfaceName(name));
    }

    static byte[] interfaceName(String name) {
        return Arrays.copyOf(name.getBytes(UTF_8), INTERFACE_NAME_BYTES);
    }

    private NftRule address(int offset, InetAddress network, int prefixLength) {
        byte[] bytes = network.getAddress();
        int length = bytes.length;
        expressions.add(message ->
                Expressions.loadNetwork(message, offset, length, Expressions.register(0)));
        if (prefixLength < 8 * length) {
            var mask = new byte[length];
            for (int bit = 0; bit < prefixLength; bit++) {
                mask[bit / 8] |= (byte) (0x80 >>> (bit % 8));
            }
            expressions.add(message -> Expressions.and(message, mask));
        }
        return compare(Expressions.EQUAL, bytes);
    }

    private NftRule port(int offset, int port) {
        expressions.add(message ->
                Expressions.loadTransport(message, offset, PORT_BYTES, Expressions.register(0)));
        return compare(Expressions.EQUAL, port(port));
    }

    private NftRule writePort(int offset, int protocol, int port) {
        int checksum =
                switch (protocol) {
                    case TCP -> TCP_CHECKSUM;
                    case UDP -> UDP_CHECKSUM;
                    default -> throw new IllegalArgumentException("no ports in " + protocol);
                };
        expressions.add(message -> Expressions.value(message, port(port)));
        expressions.add(
                message -> Expressions.writeTransport(message, offset, PORT_BYTES, checksum));
        return this;
    }

    private static byte[] port(int port) {
        return new byte[] {(byte) (port >>> 8), (byte) port};
    }

    private NftRule connection(int key, int bits) {
        expressions.add(message -> Expressions.loadConnection(message, key));
        expressions.add(message -> Expressions.and(message, number(bits)));
        return compare(Expressions.NOT_EQUAL, number(0));
    }

    private NftRule compare(int operator, byte[] value) {
        expressions.add(message -> Expressions.compare(message, operator, value));
        return this;
    }

    private NftRule verdict(int code) {
        expressions.add(message -> Expressions.verdict(message, code));
        return this;
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    }
}
