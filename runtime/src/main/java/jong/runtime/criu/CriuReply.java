package jong.runtime.criu;

import java.io.IOException;
import java.util.Optional;

/**
 * {@code criu_resp} of CRIU's images/rpc.proto.
 *
 * @param type what it replies to, or {@link CriuRequest#NOTIFY}
 * @param success whether that was done
 * @param errno why not, as far as criu tells
 * @param script the event that a notification is about, else empty
 * @param pid the process that the event is about, 0 if about none
 * @param fields the message, for what only one type has
 */
record CriuReply(
        CriuRequest type, boolean success, int errno, String script, int pid, Message fields) {

    private static final int TYPE = 1;
    private static final int SUCCESS = 2;
    private static final int NOTIFICATION = 5;
    private static final int ERRNO = 7;
    private static final int FEATURES = 8;
    private static final int VERSION = 10;
    private static final int TEN_THOUSAND = 10_000;
    private static final int HUNDRED = 100;

    static CriuReply parse(byte[] bytes) throws IOException {
        Message reply = Message.parse(bytes);
        Optional<Message> notification = reply.message(NOTIFICATION);
        return new CriuReply(
                CriuRequest.of(reply.number(TYPE, 0)),
                reply.flag(SUCCESS),
                reply.number(ERRNO, 0),
                notification.map(n -> n.text(1)).orElse(""),
                notification.map(n -> n.number(2, 0)).orElse(0),
                reply);
    }

    /** Whether the feature that was asked for is there; also if criu does not know it. */
    boolean mayHave(CriuFeature feature) throws IOException {
        return fields.message(FEATURES).map(f -> f.number(feature.field(), 1) != 0).orElse(true);
    }

    /** 4.1.1 as 40101; one that was built from between two releases as the later one. */
    int version() throws IOException {
        Message version =
                fields.message(VERSION).orElseThrow(() -> new IOException("no version in it"));
        int release = version.number(1, 0) * TEN_THOUSAND + version.number(2, 0) * HUNDRED;
        return version.text(3).isEmpty() ? release + version.number(4, 0) : release + HUNDRED;
    }
}
