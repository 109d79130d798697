package jong.network.names;

/** What somebody has sent to the name server. */
sealed interface Incoming permits Query, Incoming.Rejected, Incoming.Ignored {
    /**
     * A message that is answered with an error.
     *
     * @param id its number
     * @param flags the second 16 bits of its header
     * @param code what is wrong with it
     */
    record Rejected(int id, int flags, ResponseCode code) implements Incoming {}

    /** A message that nobody waits for an answer to: an answer itself, or less than a header. */
    record Ignored() implements Incoming {}
}
