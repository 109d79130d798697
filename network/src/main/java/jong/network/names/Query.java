package jong.network.names;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A query for one name (RFC 1035 section 4). */
final class Query implements Incoming {
    /** Bytes of a header. */
    static final int HEADER = 12;

    /** What every client takes over UDP. */
    static final int SMALLEST_LIMIT = 512;

    /** The largest query that is taken, in bytes; those that clients send have some dozens. */
    static final int LARGEST = 4096;

    static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int CLASS_INTERNET = 1;
    private static final int TYPE_OPT = 41;

    private final byte[] message;
    private final int questionEnd;
    private final String name;
    private final int type;
    private final boolean inInternet;
    private final OptionalInt edns;
    private final int ednsVersion;

    private Query(Reader reader, int questionEnd, String name, int type, boolean inInternet) {
        message = reader.message;
        edns = reader.edns;
        ednsVersion = reader.ednsVersion;
        this.questionEnd = questionEnd;
        this.name = name;
        this.type = type;
        this.inInternet = inInternet;
    }

    /** All of it, as it came; not to be changed. */
    byte[] message() {
        return message;
    }

    /** Where its question ends in the message. */
    int questionEnd() {
        return questionEnd;
    }

    /**
     * The name asked for, in lower case, without the last dot; bytes that are not letters, digits
     * or the like are written {@code \DDD}.
     */
    String name() {
        return name;
    }

    /** The type of the records asked for. */
    int type() {
        return type;
    }

    /** Whether they are of class IN. */
    boolean inInternet() {
        return inInternet;
    }

    /** The largest answer that its sender takes as EDNS says (RFC 6891); empty without EDNS. */
    OptionalInt edns() {
        return edns;
    }

    /** The version of EDNS; 0 without. */
    int ednsVersion() {
        return ednsVersion;
    }

    /** Its number, which the answer has to bear. */
    int id() {
        return number(message, 0);
    }

    /** The second 16 bits of its header. */
    int flags() {
        return number(message, 2);
    }

    /** The largest answer over UDP that its sender takes, in bytes. */
    int limit() {
        return Math.max(SMALLEST_LIMIT, edns.orElse(SMALLEST_LIMIT));
    }

    static int number(byte[] message, int offset) {
        return (message[offset] & 0xff) << 8 | (message[offset + 1] & 0xff);
    }

    /** Reads a message that came from a client, whatever it is. */
    static Incoming read(byte[] message) {
        if (message.length < HEADER || (number(message, 2) & RESPONSE) != 0) {
            return new Ignored();
        }
        int id = number(message, 0);
        int flags = number(message, 2);
        if ((flags & OPCODE) != 0) {
            return new Rejected(id, flags, ResponseCode.NOT_IMPLEMENTED);
        }
        if (message.length > LARGEST) {
            return new Rejected(id, flags, ResponseCode.FORMAT_ERROR);
        }
        try {
            return new Reader(message).query();
        } catch (MalformedMessageException _) {
            return new Rejected(id, flags, ResponseCode.FORMAT_ERROR);
        }
    }

    /** Reads one message from front to back. */
    private static final class Reader {
        private final byte[] message;
        private final ByteBuffer rest;
        private OptionalInt edns = OptionalInt.empty();
        private int ednsVersion;

        Reader(byte[] message) {
            this.message = message;
            rest = ByteBuffer.wrap(message);
        }

        Query query() throws MalformedMessageException {
            rest.position(4);
            int questions = rest.getShort();
            int answers = rest.getShort();
            int authorities = rest.getShort();
            int additional = rest.getShort() & 0xffff;
            if (questions != 1 || answers != 0 || authorities != 0) {
                throw new MalformedMessageException();
            }
            String name = WireName.read(rest);
            int type = number();
            int recordClass = number();
            int questionEnd = rest.position();
            for (int i = 0; i < additional; i++) {
                skipRecord();
            }
            boolean inInternet = recordClass == CLASS_INTERNET;
            return new Query(this, questionEnd, name, type, inInternet);
        }

        private void skipRecord() throws MalformedMessageException {
            WireName.skip(rest);
            int type = number();
            int recordClass = number();
            number(); // The high half of the time to live; of OPT, its code and version.
            int version = message[rest.position() - 1] & 0xff;
            number();
            int length = number();
            if (length > rest.remaining()) {
                throw new MalformedMessageException();
            }
            rest.position(rest.position() + length);
            if (type == TYPE_OPT) {
                if (edns.isPresent()) {
                    throw new MalformedMessageException(); // RFC 6891 section 6.1.1.
                }
                edns = OptionalInt.of(recordClass);
                ednsVersion = version;
            }
        }

        private int number() throws MalformedMessageException {
            if (rest.remaining() < 2) {
                throw new MalformedMessageException();
            }
            return rest.getShort() & 0xffff;
        }
    }
}
