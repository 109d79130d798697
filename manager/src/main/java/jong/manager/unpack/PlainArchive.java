package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import jong.oci.Digest;

/**
 * A layer's archive without its compression. A thread of its own inflates and hashes it: what is
 * done with the files takes longer than that.
 */
public final class PlainArchive implements AutoCloseable {

    private final MessageDigest hash = Digest.newSha256();
    private final CountedInputStream stream;

    private PlainArchive(InputStream archive, UnpackLimits limits) throws IOException {
        InputStream decompressed = Compression.decompressedBehind(archive, limits);
        var ahead = new ReadAhead(new DigestInputStream(decompressed, hash));
        this.stream = new CountedInputStream(ahead, _ -> {});
    }

    /**
     * Begins to read.
     *
     * @param archive plain or compressed with gzip or zstd; left open
     */
    public static PlainArchive of(InputStream archive, UnpackLimits limits) throws IOException {
        return new PlainArchive(archive, limits);
    }

    /** Its bytes. */
    public InputStream stream() {
        return stream;
    }

    /** How many of them were read. */
    public long count() {
        return stream.count();
    }

    /** The digest of all of it, once {@link #stream} was read to its end. */
    public Digest diffId() {
        return Digest.ofSha256(hash.digest());
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
