package jong.network.names;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Queries as clients write them, and answers as they read them, by another hand than the server.
 */
final class Messages {
    static final int A = 1;
    static final int PTR = 12;
    static final int MX = 15;
    static final int TXT = 16;
    static final int AAAA = 28;
    static final int ANY = 255;

    private Messages() {}

    static byte[] query(String name, int type) {
        return query(4711, name, type, new byte[0]);
    }

    static byte[] queryWithEdns(String name, int type, int limit) {
        var opt =
                ByteBuffer.allocate(11).put((byte) 0).putShort((short) 41).putShort((short) limit);
        return query(4711, name, type, opt.array());
    }

    static byte[] query(int id, String name, int type, byte[] additional) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeShort(id);
            out.writeShort(0x0100);
            out.writeShort(1);
            out.writeInt(0);
            out.writeShort(additional.length > 0 ? 1 : 0);
            if (!name.isEmpty()) {
                for (var label : name.split("\\.")) {
                    out.writeByte(label.length());
                    out.write(label.getBytes(US_ASCII));
                }
            }
            out.writeByte(0);
            out.writeShort(type);
            out.writeShort(1);
            out.write(additional);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static int code(byte[] reply) {
        return reply[3] & 0xf;
    }

    static boolean isTruncated(byte[] reply) {
        return (reply[2] & 2) != 0;
    }

    static int count(byte[] reply, int section) {
        return ByteBuffer.wrap(reply).getShort(4 + 2 * section);
    }

    /** The addresses or names that a reply to a query has. */
    static List<String> answers(byte[] query, byte[] reply) {
        var found = new ArrayList<String>();
        var in = ByteBuffer.wrap(reply).position(query.length);
        for (int i = count(reply, 1); i > 0; i--) {
            in.getShort(); // The name: a pointer.
            int type = in.getShort();
            in.getShort();
            in.getInt();
            var data = new byte[in.getShort()];
            in.get(data);
            found.add(type == PTR ? name(data) : address(data));
        }
        return found;
    }

    private static String name(byte[] data) {
        var name = new StringBuilder();
        for (int at = 0; data[at] > 0; at += 1 + data[at]) {
            name.append(new String(data, at + 1, data[at], US_ASCII)).append('.');
        }
        return name.toString();
    }

    private static String address(byte[] data) {
        try {
            return InetAddress.getByAddress(data).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
