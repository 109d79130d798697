package jong.linux.nftables;

import jong.linux.messages.MessageWriter;

/**
 * The expressions that rules are made of, as the kernel takes them: small instructions on registers
 * of four bytes (include/uapi/linux/netfilter/nf_tables.h). All but {@link #loadField} work on the
 * first register.
 */
final class Expressions {
    static final int EQUAL = 0;
    static final int NOT_EQUAL = 1;
    static final int META_INPUT_NAME = 6;
    static final int META_OUTPUT_NAME = 7;
    static final int CONNECTION_STATE = 0;
    static final int CONNECTION_STATUS = 2;
    static final int DROP = 0;
    static final int ACCEPT = 1;
    static final int META_FAMILY = 15;
    static final int META_PROTOCOL = 16;

    private static final int LIST_ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;
    private static final int FIRST_REGISTER = 8; // NFT_REG32_00
    private static final int VERDICT_REGISTER = 0;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int IPV4_DESTINATION = 16;
    private static final int DESTINATION_PORT = 2;
    private static final int IPV6_DESTINATION = 24;
    private static final int FAMILY_IP = 2;
    private static final int FAMILY_IP6 = 10;
    private static final int JUMP = -3;

    private Expressions() {}

    /** The number of a register of four bytes. */
    static int register(int index) {
        return FIRST_REGISTER + index;
    }

    static void expression(MessageWriter message, String name, Runnable attributes) {
        message.nested(
                LIST_ELEMENT,
                () -> {
                    message.attribute(NAME, name);
                    message.nested(DATA, attributes);
                });
    }

    static void loadMeta(MessageWriter message, int key, int register) {
        expression(
                message,
                "meta",
                () -> message.attributeBigEndian32(1, register).attributeBigEndian32(2, key));
    }

    static void loadNetwork(MessageWriter message, int offset, int bytes, int register) {
        payload(message, NETWORK_HEADER, offset, bytes, register);
    }

    static void loadTransport(MessageWriter message, int offset, int bytes, int register) {
        payload(message, TRANSPORT_HEADER, offset, bytes, register);
    }

    /** Puts a value into the first register. */
    static void value(MessageWriter message, byte[] value) {
        expression(
                message,
                "immediate",
                () -> {
                    message.attributeBigEndian32(1, FIRST_REGISTER);
                    message.nested(2, () -> message.attribute(DATA_VALUE, value));
                });
    }

    /** Writes what is in the first register into the header, and mends its checksum. */
    static void writeTransport(MessageWriter message, int offset, int bytes, int checksum) {
        int internetChecksum = 1;
        expression(
                message,
                "payload",
                () ->
                        message.attributeBigEndian32(2, TRANSPORT_HEADER)
                                .attributeBigEndian32(3, offset)
                                .attributeBigEndian32(4, bytes)
                                .attributeBigEndian32(5, FIRST_REGISTER)
                                .attributeBigEndian32(6, internetChecksum)
                                .attributeBigEndian32(7, checksum));
    }

    static void loadConnection(MessageWriter message, int key) {
        expression(
                message,
                "ct",
                () -> message.attributeBigEndian32(1, FIRST_REGISTER).attributeBigEndian32(2, key));
    }

    /** The routing table's type for the destination (local, unicast …). */
    static void loadDestinationType(MessageWriter message) {
        int resultIsType = 3;
        int ofDestination = 1 << 1;
        expression(
                message,
                "fib",
                () ->
                        message.attributeBigEndian32(1, FIRST_REGISTER)
                                .attributeBigEndian32(2, resultIsType)
                                .attributeBigEndian32(3, ofDestination));
    }

    /** Loads the destination's address or port, or the protocol. */
    static void loadField(MessageWriter message, NftType type, int register) {
        switch (type) {
            case IPV4_ADDRESS -> loadNetwork(message, IPV4_DESTINATION, type.bytes(), register);
            case IPV6_ADDRESS -> loadNetwork(message, IPV6_DESTINATION, type.bytes(), register);
            case INTERFACE_NAME ->
                    throw new IllegalArgumentException("not of a packet's destination: " + type);
            case PROTOCOL -> loadMeta(message, META_PROTOCOL, register);
            case PORT ->
                    payload(message, TRANSPORT_HEADER, DESTINATION_PORT, type.bytes(), register);
        }
    }

    static void compare(MessageWriter message, int operator, byte[] value) {
        expression(
                message,
                "cmp",
                () -> {
                    message.attributeBigEndian32(1, FIRST_REGISTER);
                    message.attributeBigEndian32(2, operator);
                    message.nested(3, () -> message.attribute(DATA_VALUE, value));
                });
    }

    static void and(MessageWriter message, byte[] mask) {
        expression(
                message,
                "bitwise",
                () -> {
                    message.attributeBigEndian32(1, FIRST_REGISTER);
                    message.attributeBigEndian32(2, FIRST_REGISTER);
                    message.attributeBigEndian32(3, mask.length);
                    message.nested(4, () -> message.attribute(DATA_VALUE, mask));
                    message.nested(5, () -> message.attribute(DATA_VALUE, new byte[mask.length]));
                });
    }

    static void counter(MessageWriter message) {
        expression(
                message,
                "counter",
                () -> message.attribute(1, new byte[8]).attribute(2, new byte[8]));
    }

    static void verdict(MessageWriter message, int code) {
        expression(
                message,
                "immediate",
                () -> {
                    message.attributeBigEndian32(1, VERDICT_REGISTER);
                    message.nested(
                            2,
                            () ->
                                    message.nested(
                                            DATA_VERDICT,
                                            () -> message.attributeBigEndian32(1, code)));
                });
    }

    static void jump(MessageWriter message, String chain) {
        expression(
                message,
                "immediate",
                () -> {
                    message.attributeBigEndian32(1, VERDICT_REGISTER);
                    message.nested(
                            2,
                            () ->
                                    message.nested(
                                            DATA_VERDICT,
                                            () ->
                                                    message.attributeBigEndian32(1, JUMP)
                                                            .attribute(2, chain)));
                });
    }

    /** Ends the rule unless the key in the registers is in the set. */
    static void member(MessageWriter message, String set) {
        expression(
                message,
                "lookup",
                () -> message.attribute(1, set).attributeBigEndian32(2, FIRST_REGISTER));
    }

    /** Goes where the map says for the key in the registers, or ends the rule. */
    static void decide(MessageWriter message, String map) {
        expression(
                message,
                "lookup",
                () ->
                        message.attribute(1, map)
                                .attributeBigEndian32(2, FIRST_REGISTER)
                                .attributeBigEndian32(3, VERDICT_REGISTER));
    }

    /** Replaces the key in the registers by the map's data for it, or ends the rule. */
    static void lookup(MessageWriter message, String map) {
        expression(
                message,
                "lookup",
                () ->
                        message.attribute(1, map)
                                .attributeBigEndian32(2, FIRST_REGISTER)
                                .attributeBigEndian32(3, FIRST_REGISTER));
    }

    /** Source NAT to the address that begins in the first register; the port stays if it can. */
    static void sourceNat(MessageWriter message, NftTable.Family family) {
        expression(
                message,
                "nat",
                () ->
                        message.attributeBigEndian32(1, 0) // NFT_NAT_SNAT
                                .attributeBigEndian32(2, family.number())
                                .attributeBigEndian32(3, FIRST_REGISTER));
    }

    /** Destination NAT to the address that begins in the first register, and the port after it. */
    static void destinationNat(MessageWriter message, NftType address) {
        int destination = 1;
        int family = address == NftType.IPV4_ADDRESS ? FAMILY_IP : FAMILY_IP6;
        int port = register(address.alignedBytes() / NftType.ALIGNMENT);
        expression(
                message,
                "nat",
                () ->
                        message.attributeBigEndian32(1, destination)
                                .attributeBigEndian32(2, family)
                                .attributeBigEndian32(3, register(0))
                                .attributeBigEndian32(5, port));
    }

    private static void payload(
            MessageWriter message, int base, int offset, int bytes, int register) {
        expression(
                message,
                "payload",
                () ->
                        message.attributeBigEndian32(1, register)
                                .attributeBigEndian32(2, base)
                                .attributeBigEndian32(3, offset)
                                .attributeBigEndian32(4, bytes));
    }
}
