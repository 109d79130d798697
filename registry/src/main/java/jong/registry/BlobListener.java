package jong.registry;

/** Hears how the download of a blob goes on. */
public interface BlobListener {

    /**
     * Bytes have come.
     *
     * @param current bytes so far
     * @param total bytes in all
     */
    void received(long current, long total);

    /** The download failed and is tried again after a wait; called each second of it. */
    void retrying(int secondsLeft);
}
