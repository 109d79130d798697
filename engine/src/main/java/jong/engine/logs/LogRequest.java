package jong.engine.logs;

/**
 * Which lines of a log are wanted, and how they are written.
 *
 * @param stdout whether lines of stdout are
 * @param stderr whether lines of stderr are
 * @param tail only so many lines from the end, of both streams together; negative for all
 * @param since not those from before, nanoseconds since the epoch
 * @param until not those from after, nanoseconds since the epoch
 * @param timestamps whether each line begins with its time
 * @param details whether each line begins with its attributes
 * @param multiplexed whether each line is a frame of Docker's multiplexed stream
 */
public record LogRequest(
        boolean stdout,
        boolean stderr,
        long tail,
        long since,
        long until,
        boolean timestamps,
        boolean details,
        boolean multiplexed) {

    /** For {@code tail}: every line. */
    public static final long ALL = -1;

    /** Whether every line's time must be looked at. */
    boolean timed() {
        return since != Long.MIN_VALUE || until != Long.MAX_VALUE;
    }
}
