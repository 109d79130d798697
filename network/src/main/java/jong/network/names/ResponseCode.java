package jong.network.names;

/** How a query has ended (RFC 1035 section 4.1.1, RFC 6891 section 9). */
enum ResponseCode {
    /** Answered, maybe with nothing. */
    NO_ERROR(0),
    /** The query cannot be understood. */
    FORMAT_ERROR(1),
    /** No server could be asked. */
    SERVER_FAILURE(2),
    /** Something else than a query. */
    NOT_IMPLEMENTED(4),
    /** Too many queries are under way. */
    REFUSED(5),
    /** An unknown version of EDNS. */
    BAD_VERSION(16);

    private final int number;

    ResponseCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
