package jong.registry;

/** Hears how the transfer of a blob goes on. */
public interface BlobListener {

    /**
     * Bytes have come or gone.
     *
     * @param current bytes so far
     * @param total bytes in all
     */
    void transferred(long current, long total);

    /** The transfer failed and is tried again after a wait; called each second of it. */
    void retrying(int secondsLeft);
}
