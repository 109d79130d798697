package jong.network.names;

import java.nio.ByteBuffer;
import java.util.List;

/** Writes answers, and changes those of other servers. */
final class Reply {
    /** Seconds for which clients may keep an answer; Docker's. */
    static final int TIME_TO_LIVE = 600;

    /** The largest message there is, over TCP. */
    static final int LARGEST = 0xffff;

    private static final int RECURSION_DESIRED = 0x0100;
    private static final int CHECKING_DISABLED = 0x0010;
    private static final int OPCODE = 0x7800;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int TRUNCATED = 0x0200;
    private static final int CLASS_INTERNET = 1;
    private static final int TO_QUESTION = 0xc000 | Query.HEADER; // A pointer to its name.
    private static final int RECORD_HEAD = 12;
    private static final int TYPE_OPT = 41;
    private static final int OPT_BYTES = 11;

    /** A record of the name asked for. */
    static final class Answer {
        private final int type;
        private final byte[] data;

        Answer(int type, byte[] data) {
            this.type = type;
            this.data = data;
        }
    }

    private Reply() {}

    /**
     * An answer to a query.
     *
     * @param limit the bytes that it may have; records that do not fit are left out, and the answer
     *     says so
     */
    static byte[] to(Query query, ResponseCode code, List<Answer> answers, int limit) {
        int question = query.questionEnd() - Query.HEADER;
        boolean edns = query.edns().isPresent();
        int room = limit - query.questionEnd() - (edns ? OPT_BYTES : 0);
        int taken = 0;
        int bytes = 0;
        for (var answer : answers) {
            int more = RECORD_HEAD + answer.data.length;
            if (bytes + more > room) {
                break;
            }
            bytes += more;
            taken++;
        }
        int flags = flags(query.flags(), code) | (taken < answers.size() ? TRUNCATED : 0);
        var reply = ByteBuffer.allocate(query.questionEnd() + bytes + (edns ? OPT_BYTES : 0));
        header(reply, query.id(), flags);
        reply.putShort(4, (short) 1)
                .putShort(6, (short) taken)
                .putShort(10, (short) (edns ? 1 : 0));
        reply.put(query.message(), Query.HEADER, question);
        answers.subList(0, taken).forEach(answer -> record(reply, answer));
        if (edns) {
            options(reply, code);
        }
        return reply.array();
    }

    /** An error for a message whose question could not be read. */
    static byte[] to(Incoming.Rejected message) {
        var reply = ByteBuffer.allocate(Query.HEADER);
        header(reply, message.id(), flags(message.flags(), message.code()));
        return reply.array();
    }

    /** An answer of another server that did not fit: the client is to ask again over TCP. */
    static byte[] truncated(Query query) {
        byte[] reply = to(query, ResponseCode.NO_ERROR, List.of(), Query.SMALLEST_LIMIT);
        reply[2] |= (byte) (TRUNCATED >>> 8);
        return reply;
    }

    private static void header(ByteBuffer reply, int id, int flags) {
        reply.putShort((short) id).putShort((short) flags).position(Query.HEADER);
    }

    private static int flags(int asked, ResponseCode code) {
        int kept = asked & (OPCODE | RECURSION_DESIRED | CHECKING_DISABLED);
        return Query.RESPONSE | kept | RECURSION_AVAILABLE | (code.number() & 0xf);
    }

    private static void record(ByteBuffer reply, Answer answer) {
        reply.putShort((short) TO_QUESTION).putShort((short) answer.type);
        reply.putShort((short) CLASS_INTERNET).putInt(TIME_TO_LIVE);
        reply.putShort((short) answer.data.length).put(answer.data);
    }

    private static void options(ByteBuffer reply, ResponseCode code) {
        reply.put((byte) 0).putShort((short) TYPE_OPT).putShort((short) Query.LARGEST);
        reply.put((byte) (code.number() >>> 4)).put((byte) 0).putShort((short) 0);
        reply.putShort((short) 0);
    }
}
