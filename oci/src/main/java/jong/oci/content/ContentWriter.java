package jong.oci.content;

import java.io.IOException;
import java.io.OutputStream;
import jong.oci.Digest;
import jong.wire.status.StatusException;

/**
 * An ingest: content on its way into a {@link ContentStore}.
 *
 * <p>Bytes written are hashed on their way. What the store cannot keep, on a full disk for example,
 * ends in a {@link StorageException}, so that a caller knows it from trouble with its source.
 * Nothing is visible in the store before {@link #commit}. Closing without committing keeps the
 * bytes, so that a later writer of the same ref goes on at {@link #offset()}; {@link #discard}
 * forgets them. Used by one thread.
 */
public abstract class ContentWriter extends OutputStream {

    /** For implementations. */
    protected ContentWriter() {}

    /** How many bytes the ingest holds: where the next byte goes. */
    public abstract long offset();

    /** The digest of the bytes so far, by the algorithm of what is expected, else SHA-256. */
    public abstract Digest digest();

    /** Forgets all bytes and starts again at 0, for a source that cannot resume. */
    public abstract void restart() throws IOException;

    /**
     * Makes the content visible under its digest, durably: when this returns, neither the death of
     * the process nor of the machine loses it. If the store has the content already, the ingest is
     * dropped. The writer is closed in any case; a failed verification discards the ingest.
     *
     * @return the digest of what was written
     * @throws StatusException.InvalidArgument if size or digest differ from what was expected
     */
    public abstract Digest commit() throws IOException;

    /** Closes the writer and forgets the ingest. */
    public abstract void discard() throws IOException;

    /** Closes the writer; an ingest that was not committed stays. Idempotent. */
    @Override
    public abstract void close() throws IOException;
}
