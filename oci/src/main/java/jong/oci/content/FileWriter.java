package jong.oci.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** An ingest into a {@link LocalContentStore}: a file and the running hash of its bytes. */
final class FileWriter extends ContentWriter {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final LocalContentStore store;
    private final String ref;
    private final @Nullable Descriptor expected;
    private final FileChannel channel;
    private final MessageDigest hash;
    private boolean closed;

    /** Goes on with the ref's bytes if there are any; their hash is computed again. */
    FileWriter(LocalContentStore store, String ref, @Nullable Descriptor expected)
            throws IOException {
        this.store = store;
        this.ref = ref;
        this.expected = expected;
        this.hash = expected == null ? Digest.newSha256() : expected.digest().newMessageDigest();
        this.channel =
                FileChannel.open(
                        store.data(ref),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            rehash();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public long offset() {
        try {
            return channel.position();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Digest digest() {
        try {
            MessageDigest soFar = (MessageDigest) hash.clone();
            return digest(soFar.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's hashes can be copied", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, start, length);
        try {
            while (buffer.hasRemaining()) {
                int from = buffer.position();
                hash.update(bytes, from, channel.write(buffer));
            }
        } catch (ClosedByInterruptException e) {
            throw e; // Nothing is wrong with the disk.
        } catch (IOException e) {
            throw new StorageException("cannot write content " + name(), e);
        }
    }

    @Override
    public void restart() throws IOException {
        channel.truncate(0);
        channel.position(0);
        hash.reset();
    }

    @Override
    public Digest commit() throws IOException {
        try {
            Digest digest = verified();
            if (store.isSound(digest, offset())) {
                store.forget(ref);
                return digest;
            }
            store(digest);
            return digest;
        } finally {
            close();
        }
    }

    @Override
    public void discard() throws IOException {
        try {
            store.forget(ref);
        } finally {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } finally {
            store.release(ref);
        }
    }

    private void store(Digest digest) throws IOException {
        try {
            channel.force(true);
            store.publish(ref, digest);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("cannot store content " + digest, e);
        }
    }

    private Digest verified() throws IOException {
        long size = offset();
        Digest digest = digest(hash.digest());
        if (expected == null) {
            return digest;
        }
        if (size != expected.size()) {
            store.forget(ref);
            throw new StatusException.InvalidArgument(
                    "unexpected commit size "
                            + size
                            + ", expected "
                            + expected.size()
                            + ": failed precondition");
        }
        if (!digest.equals(expected.digest())) {
            store.forget(ref);
            throw new StatusException.InvalidArgument(
                    "unexpected commit digest "
                            + digest
                            + ", expected "
                            + expected.digest()
                            + ": failed precondition");
        }
        return digest;
    }

    private Digest digest(byte[] value) {
        String algorithm = expected == null ? "sha256" : expected.digest().algorithm();
        return new Digest(algorithm, HexFormat.of().formatHex(value));
    }

    private String name() {
        return expected == null ? "for " + ref : expected.digest().toString();
    }

    private void rehash() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer) >= 0) {
            hash.update(buffer.flip());
            buffer.clear();
        }
    }
}
