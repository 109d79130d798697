package jong.runtime.criu;

/** The kinds of requests and replies, {@code criu_req_type} of CRIU's images/rpc.proto. */
public enum CriuRequest {
    /** None of those that are known here. */
    EMPTY(0),
    DUMP(1),
    RESTORE(2),
    /** Of the memory alone; criu waits for the next one then. */
    PRE_DUMP(4),
    /** An event, for which criu waits to be told that it may go on. */
    NOTIFY(6),
    FEATURE_CHECK(9),
    VERSION(10);

    private static final int TYPE = 1;
    private static final int OPTIONS = 2;
    private static final int NOTIFY_SUCCESS = 3;
    private static final int FEATURES = 5;

    private final int number;

    CriuRequest(int number) {
        this.number = number;
    }

    static CriuRequest of(int number) {
        for (CriuRequest request : values()) {
            if (request.number == number) {
                return request;
            }
        }
        return EMPTY;
    }

    private MessageWriter message() {
        return new MessageWriter().number(TYPE, number);
    }

    /** What kind of criu there is. */
    static byte[] version() {
        return VERSION.message().toBytes();
    }

    /** Whether criu and the kernel have this feature. */
    static byte[] feature(CriuFeature feature) {
        return FEATURE_CHECK
                .message()
                .message(FEATURES, new MessageWriter().flag(feature.field(), true))
                .toBytes();
    }

    /** The answer to a notification: criu may go on. */
    static byte[] notified() {
        return NOTIFY.message().flag(NOTIFY_SUCCESS, true).toBytes();
    }

    byte[] with(CriuOptions options) {
        return message().message(OPTIONS, options.message()).toBytes();
    }
}
