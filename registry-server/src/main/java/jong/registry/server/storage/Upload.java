package jong.registry.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;
import jong.registry.server.protocol.ByteRange;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way in: a file that grows from request to request, and the running hash of its
 * bytes.
 *
 * <p>One request at a time writes; another one waits for it. What a broken request has brought
 * stays, so that the client can go on behind it.
 */
public final class Upload {

    private static final int BUFFER_BYTES = 128 << 10;

    /** How long a request waits for the one before it, whose client is usually gone. */
    private static final long PATIENCE_SECONDS = 10;

    private final RepositoryName repository;
    private final UUID id;
    private final Path directory;
    private final String algorithm;
    private final ReentrantLock lock = new ReentrantLock();
    private MessageDigest hash;
    private volatile long size;
    private boolean ended;

    private Upload(RepositoryName repository, UUID id, Path directory, String algorithm) {
        this.repository = repository;
        this.id = id;
        this.directory = directory;
        this.algorithm = algorithm;
        this.hash = Digests.computation(algorithm);
    }

    /** An upload whose file is still empty. */
    static Upload begin(RepositoryName repository, UUID id, Path directory, String algorithm) {
        return new Upload(repository, id, directory, algorithm);
    }

    /** An upload of an earlier run of the server: its bytes are hashed again. */
    static Upload resume(RepositoryName repository, UUID id, Path directory) throws IOException {
        var upload = new Upload(repository, id, directory, Digests.DEFAULT_ALGORITHM);
        upload.size = hashFile(upload.data(), upload.hash);
        return upload;
    }

    /** The repository that the upload belongs to. */
    public RepositoryName repository() {
        return repository;
    }

    /** What names the upload in its location. */
    public UUID id() {
        return id;
    }

    /** How many bytes have come. */
    public long size() {
        return size;
    }

    Path data() {
        return directory.resolve("data");
    }

    Path directory() {
        return directory;
    }

    /**
     * Adds bytes behind those that have come.
     *
     * @param range where a chunk belongs, null for a stream, which belongs at the end
     * @throws RegistryException with status 416 if the chunk does not begin at the end
     * @throws StorageFullException if there is no room; the upload has ended
     * @throws IOException if the client breaks off; what came before stays
     */
    public void append(InputStream bytes, @Nullable ByteRange range) throws IOException {
        lock();
        try {
            requireOpen();
            if (range != null && range.first() != size) {
                throw new RegistryException(
                        ErrorCode.BLOB_UPLOAD_INVALID,
                        416,
                        "the chunk begins at "
                                + range.first()
                                + ", but "
                                + size
                                + " bytes are here");
            }
            try (var file = FileChannel.open(data(), StandardOpenOption.WRITE)) {
                copy(bytes, file.position(size), range);
            } catch (StorageFullException e) {
                ended = true;
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void copy(InputStream bytes, FileChannel file, @Nullable ByteRange range)
            throws IOException {
        long start = size;
        long received = 0;
        var buffer = new byte[BUFFER_BYTES];
        for (int count; (count = bytes.read(buffer)) >= 0; ) {
            if (range != null && size + count > range.last() + 1) {
                throw misfit(range, "more");
            }
            write(ByteBuffer.wrap(buffer, 0, count), file);
            hash.update(buffer, 0, count);
            received += count;
            size = start + received;
        }
        if (range != null && size - start < range.length()) {
            throw misfit(range, "less");
        }
    }

    private void write(ByteBuffer piece, FileChannel file) throws IOException {
        try {
            while (piece.hasRemaining()) {
                file.write(piece);
            }
        } catch (IOException e) {
            file.truncate(size); // Whatever of the piece was written is in no hash.
            throw StorageFullException.isTold(e) ? new StorageFullException(e) : e;
        }
    }

    private static RegistryException misfit(ByteRange range, String what) {
        return new RegistryException(
                ErrorCode.SIZE_INVALID,
                "the chunk has " + what + " than the " + range.length() + " bytes of its range");
    }

    /**
     * Ends the upload: its bytes are on disk and are those of the digest.
     *
     * @throws RegistryException {@link ErrorCode#DIGEST_INVALID} if they are others
     */
    void seal(Digest digest) throws IOException {
        lock();
        try {
            requireOpen();
            MessageDigest computed = hash;
            if (!digest.algorithm().equals(algorithm)) {
                computed = digest.newMessageDigest();
                hashFile(data(), computed);
            }
            ended = true;
            byte[] result = computed.digest();
            if (!digest.matches(result)) {
                throw new RegistryException(
                        ErrorCode.DIGEST_INVALID,
                        digest + ": the bytes have " + HexFormat.of().formatHex(result));
            }
            DurableFiles.sync(data());
        } finally {
            lock.unlock();
        }
    }

    /** Ends the upload; whoever waits for it is told that it is unknown. */
    void abandon() throws IOException {
        lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (ended || !Files.exists(data())) {
            throw new RegistryException(ErrorCode.BLOB_UPLOAD_UNKNOWN, id.toString());
        }
    }

    private void lock() throws IOException {
        try {
            if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new RegistryException(
                        ErrorCode.BLOB_UPLOAD_INVALID,
                        "another request is writing to upload " + id);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for upload " + id);
        }
    }

    private static long hashFile(Path file, MessageDigest hash) throws IOException {
        long size = 0;
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER_BYTES];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                hash.update(buffer, 0, count);
                size += count;
            }
        }
        return size;
    }
}
