package jong.network.names;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import jong.linux.netlink.NetworkNamespace;
import org.jspecify.annotations.Nullable;

/** How another server is asked. For any thread; waits. */
enum Exchange {
    /** By datagrams. */
    UDP {
        @Override
        byte[] ask(Query query, Upstream upstream, @Nullable NetworkNamespace from)
                throws IOException {
            try (var channel = in(from, () -> DatagramChannel.open(family(upstream)))) {
                channel.connect(upstream.address());
                byte[] sent = withNewId(query);
                channel.write(ByteBuffer.wrap(sent));
                return receive(channel, query, sent);
            }
        }
    },
    /** By a connection of its own. */
    TCP {
        @Override
        byte[] ask(Query query, Upstream upstream, @Nullable NetworkNamespace from)
                throws IOException {
            try (var channel = in(from, () -> SocketChannel.open(family(upstream)))) {
                var socket = channel.socket();
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.connect(upstream.address(), (int) PATIENCE.toMillis());
                byte[] sent = withNewId(query);
                Frames.write(socket.getOutputStream(), sent);
                byte[] answer =
                        Frames.read(new DataInputStream(socket.getInputStream()), Reply.LARGEST);
                if (!isAnswer(answer, query, sent)) {
                    throw new IOException("not an answer to what was asked");
                }
                return withId(answer, query);
            }
        }
    };

    /** How long one server is waited for; Docker's. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    /**
     * The largest answer by a datagram, in bytes: some servers send more than 512 to who has not
     * asked for it, and what is larger the client has to ask for by TCP, whatever it would take.
     */
    private static final int LARGEST_DATAGRAM = 4096;

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Asks one server.
     *
     * @param from the network to ask from; null for that of this process
     * @return its answer as it came, with the number of the query
     * @throws IOException if it cannot be reached, or has not answered in time
     */
    abstract byte[] ask(Query query, Upstream upstream, @Nullable NetworkNamespace from)
            throws IOException;

    private static <T> T in(@Nullable NetworkNamespace from, NetworkNamespace.Action<T> open)
            throws IOException {
        return from == null ? open.run() : from.call(open);
    }

    private static ProtocolFamily family(Upstream upstream) {
        InetSocketAddress address = upstream.address();
        return address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    /** Waits for the answer; what else arrives is somebody's attempt to answer instead. */
    private static byte[] receive(DatagramChannel channel, Query query, byte[] sent)
            throws IOException {
        var packet = new DatagramPacket(new byte[LARGEST_DATAGRAM + 1], LARGEST_DATAGRAM + 1);
        var socket = channel.socket();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (millis <= 0) {
                throw new SocketTimeoutException("no answer in time");
            }
            socket.setSoTimeout((int) millis);
            packet.setLength(packet.getData().length);
            socket.receive(packet);
            byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
            if (isAnswer(answer, query, sent)) {
                return answer.length > LARGEST_DATAGRAM
                        ? Reply.truncated(query)
                        : withId(answer, query);
            }
        }
    }

    private static byte[] withNewId(Query query) {
        byte[] message = query.message().clone();
        int id = RANDOM.nextInt(1 << 16);
        return ByteBuffer.wrap(message).putShort(0, (short) id).array();
    }

    private static byte[] withId(byte[] answer, Query query) {
        return ByteBuffer.wrap(answer).putShort(0, (short) query.id()).array();
    }

    /** Whether a message answers what was sent: the number and the question have to be the same. */
    private static boolean isAnswer(byte[] message, Query query, byte[] sent) {
        if (message.length < Query.HEADER
                || Query.number(message, 0) != Query.number(sent, 0)
                || (Query.number(message, 2) & Query.RESPONSE) == 0) {
            return false;
        }
        int questions = Query.number(message, 4);
        if (questions == 0) {
            return (message[3] & 0xf) != 0; // An error of a server that could not read it.
        }
        int end = query.questionEnd();
        return message.length >= end && isSame(message, sent, Query.HEADER, end);
    }

    /** Without regard to the case of letters, which some servers do not keep. */
    private static boolean isSame(byte[] message, byte[] sent, int from, int to) {
        for (int i = from; i < to; i++) {
            if (message[i] != sent[i] && lower(message[i]) != lower(sent[i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte character) {
        return character >= 'A' && character <= 'Z' ? character | 0x20 : character;
    }
}
