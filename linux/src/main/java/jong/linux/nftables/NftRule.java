package jong.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Inet4Address;
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

    /** If the IPv4 source is in a network. */
    public NftRule source(Inet4Address network, int prefixLength) {
        return address(IPV4_SOURCE, Expressions.EQUAL, network, prefixLength);
    }

    /** If the IPv4 destination is in a network. */
    public NftRule destination(Inet4Address network, int prefixLength) {
        return address(IPV4_DESTINATION, Expressions.EQUAL, network, prefixLength);
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

    /** Gives the connection the address of the interface it leaves by as its source. */
    public NftRule masquerade() {
        expressions.add(message -> Expressions.expression(message, "masq", () -> {}));
        return this;
    }

    /**
     * Rewrites the destination to what a map of protocol and destination port, in the IPv4 family,
     * has for the packet: an address and a port. Goes on with the next rule when it has nothing.
     *
     * @param map its key fields are read from the packet, its data is an address and a port
     */
    public NftRule rewriteDestination(NftMap map) {
        for (int i = 0; i < map.key().size(); i++) {
            var type = map.key().get(i);
            int register = Expressions.register(i);
            expressions.add(message -> Expressions.loadField(message, type, register));
        }
        expressions.add(message -> Expressions.lookup(message, map.name()));
        expressions.add(Expressions::destinationNat);
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

    private NftRule interfaceName(int key, int operator, String name) {
        expressions.add(message -> Expressions.loadMeta(message, key, Expressions.register(0)));
        return compare(operator, Arrays.copyOf(name.getBytes(UTF_8), INTERFACE_NAME_BYTES));
    }

    private NftRule address(int offset, int operator, Inet4Address network, int prefixLength) {
        expressions.add(
                message -> Expressions.loadNetwork(message, offset, 4, Expressions.register(0)));
        if (prefixLength < 32) {
            var mask =
                    ByteBuffer.allocate(4)
                            .putInt(prefixLength == 0 ? 0 : -1 << (32 - prefixLength));
            expressions.add(message -> Expressions.and(message, mask.array()));
        }
        return compare(operator, network.getAddress());
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
