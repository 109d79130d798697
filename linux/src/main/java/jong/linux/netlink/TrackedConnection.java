package jong.linux.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import jong.linux.messages.Attributes;
import jong.linux.messages.MessageWriter;

/**
 * A connection as the kernel tracks it.
 *
 * @param protocol as the IP header has it
 * @param source where its first packet came from
 * @param destination where it was sent to
 * @param destinationPort the port there
 * @param answering who answers: the destination, unless it was rewritten
 * @param answeringPort the port from which the answers come
 * @param original the attribute by which the kernel finds it
 * @param id the kernel's number for it
 */
public record TrackedConnection(
        int protocol,
        InetAddress source,
        InetAddress destination,
        int destinationPort,
        InetAddress answering,
        int answeringPort,
        ByteBuffer original,
        int id) {
    private static final int ADDRESSES = 1;
    private static final int PORTS = 2;
    private static final int PROTOCOL = 1;
    private static final int SOURCE_PORT = 2;
    private static final int DESTINATION_PORT = 3;

    /** Whether the first packet was sent on to another address. */
    public boolean isRewritten() {
        return !answering.equals(destination);
    }

    /** Writes what connections to a port have in common. */
    static void write(MessageWriter message, int protocol, int port) {
        message.nested(
                PORTS,
                () -> {
                    message.attribute8(PROTOCOL, protocol);
                    message.attribute(
                            DESTINATION_PORT, new byte[] {(byte) (port >>> 8), (byte) port});
                });
    }

    /** Reads one; none if it has no ports or something is missing. */
    static Optional<TrackedConnection> read(byte[] original, Attributes reply, int id) {
        var attributes = Attributes.read(ByteBuffer.wrap(original));
        var ports = attributes.nested(PORTS);
        var source = address(attributes, true);
        var destination = address(attributes, false);
        var answering = address(reply, true);
        var protocol = ports.bytes(PROTOCOL);
        var port = ports.bytes(DESTINATION_PORT);
        var answeringPort = reply.nested(PORTS).bytes(SOURCE_PORT);
        if (source.isEmpty()
                || destination.isEmpty()
                || answering.isEmpty()
                || protocol.isEmpty()
                || port.isEmpty()
                || answeringPort.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new TrackedConnection(
                        Byte.toUnsignedInt(protocol.get()[0]),
                        source.get(),
                        destination.get(),
                        number(port.get()),
                        answering.get(),
                        number(answeringPort.get()),
                        ByteBuffer.wrap(original).asReadOnlyBuffer(),
                        id));
    }

    private static int number(byte[] port) {
        return Short.toUnsignedInt(ByteBuffer.wrap(port).getShort());
    }

    /** CTA_IP_V4_SRC is 1, CTA_IP_V4_DST 2, those of IPv6 are 3 and 4. */
    private static Optional<InetAddress> address(Attributes tuple, boolean source) {
        var addresses = tuple.nested(ADDRESSES);
        return addresses
                .bytes(source ? 1 : 2)
                .or(() -> addresses.bytes(source ? 3 : 4))
                .map(TrackedConnection::address);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + bytes.length + " bytes", e);
        }
    }
}
