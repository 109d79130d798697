package jong.oci.content;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, start, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        hash.update(bytes, start, length);
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
            if (store.info(digest).isPresent()) {
                store.forget(ref);
                return digest;
            }
            channel.force(true);
            store.publish(ref, digest);
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

    private Digest verified() throws IOException {
        long size = offset();
        String algorithm = expected == null ? "sha256" : expected.digest().algorithm();
        Digest digest = new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
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

    private void rehash() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer) >= 0) {
            hash.update(buffer.flip());
            buffer.clear();
        }
    }
}
