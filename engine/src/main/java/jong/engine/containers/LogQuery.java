package jong.engine.containers;

import java.math.BigDecimal;
import jong.engine.logs.LogRequest;
import jong.engine.rest.Query;
import jong.wire.status.StatusException.InvalidArgument;

/** The parameters of {@code GET /containers/{id}/logs}. */
final class LogQuery {

    private LogQuery() {}

    /**
     * Reads them; a {@code tail} that is not a number means all, as with docker.
     *
     * @throws InvalidArgument if a time is none
     */
    static LogRequest parse(Query query, boolean multiplexed) {
        return new LogRequest(
                query.flag("stdout"),
                query.flag("stderr"),
                tail(query.string("tail")),
                nanos(query.string("since"), Long.MIN_VALUE),
                nanos(query.string("until"), Long.MAX_VALUE),
                query.flag("timestamps"),
                query.flag("details"),
                multiplexed);
    }

    private static long tail(String text) {
        try {
            return Math.max(Long.parseLong(text), LogRequest.ALL);
        } catch (NumberFormatException _) {
            return LogRequest.ALL;
        }
    }

    /** Unix seconds with up to nine digits of fraction; 0 and empty mean no limit. */
    private static long nanos(String text, long none) {
        if (text.isEmpty() || text.equals("0")) {
            return none;
        }
        try {
            return new BigDecimal(text).movePointRight(9).longValue();
        } catch (NumberFormatException e) {
            throw new InvalidArgument("invalid value for time: \"" + text + "\"", e);
        }
    }
}
