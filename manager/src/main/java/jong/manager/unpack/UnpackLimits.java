package jong.manager.unpack;

import java.io.IOException;

/**
 * How large a layer may become when it is unpacked: against archives that are small on the way and
 * fill the disk here.
 *
 * @param bytes largest size of the uncompressed archive
 * @param ratio how many times larger than its compressed form it may be; looked at from 64 MiB on,
 *     since a few honest zeros shrink to nothing
 */
public record UnpackLimits(long bytes, long ratio) {

    /** Any size: the disk is the limit. */
    public static final UnpackLimits NONE = new UnpackLimits(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final long RATIO_FROM = 64 << 20;

    /**
     * Looks at what came so far.
     *
     * @param compressed bytes of the archive as it is stored
     * @param plain bytes that they became
     * @throws IOException if that is too much
     */
    void check(long compressed, long plain) throws IOException {
        if (plain > bytes) {
            throw new IOException("archive is larger than " + bytes + " bytes, which is the limit");
        }
        if (plain > RATIO_FROM && plain / ratio > compressed) {
            throw new IOException(
                    "archive unpacks to more than "
                            + ratio
                            + " times its size, which is the limit");
        }
    }
}
