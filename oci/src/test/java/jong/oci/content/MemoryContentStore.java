package jong.oci.content;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** A content store in memory: a fake that passes the contract. */
final class MemoryContentStore implements ContentStore {

    private final Map<Digest, byte[]> content = new ConcurrentHashMap<>();
    private final Map<String, ByteArrayOutputStream> ingests = new ConcurrentHashMap<>();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final LabelStore labels = new MemoryLabels();

    @Override
    public Optional<ContentInfo> info(Digest digest) {
        return Optional.ofNullable(content.get(digest))
                .map(bytes -> new ContentInfo(digest, bytes.length, Instant.EPOCH));
    }

    @Override
    public ContentReader open(Digest digest) {
        byte[] bytes = content.get(digest);
        if (bytes == null) {
            throw new StatusException.NotFound("content " + digest + ": not found");
        }
        return new Reader(bytes);
    }

    @Override
    public ContentWriter writer(String ref, @Nullable Descriptor expected) {
        claim(ref);
        ingests.computeIfAbsent(ref, _ -> new ByteArrayOutputStream());
        return new Writer(ref, expected);
    }

    @Override
    public boolean delete(Digest digest) {
        labels.update(digest, _ -> Map.of());
        return content.remove(digest) != null;
    }

    @Override
    public Map<String, String> labels(Digest digest) {
        return content.containsKey(digest) ? labels.get(digest) : Map.of();
    }

    @Override
    public void updateLabels(Digest digest, UnaryOperator<Map<String, String>> change) {
        open(digest);
        labels.update(
                digest,
                before -> {
                    Map<String, String> after = change.apply(before);
                    after.forEach((key, value) -> {
                        if (key.length() + value.length() > LabelStore.MAX_BYTES) {
                            throw new StatusException.InvalidArgument("label is too long");
                        }
                    });
                    return after;
                });
    }

    @Override
    public Optional<IngestStatus> status(String ref) {
        return Optional.ofNullable(ingests.get(ref))
                .map(bytes -> new IngestStatus(ref, bytes.size(), Instant.EPOCH));
    }

    @Override
    public List<ContentInfo> list() {
        return content.keySet().stream().map(digest -> info(digest).orElseThrow()).toList();
    }

    @Override
    public List<String> ingests() {
        return List.copyOf(ingests.keySet());
    }

    @Override
    public void abort(String ref) {
        claim(ref);
        ingests.remove(ref);
        busy.remove(ref);
    }

    private void claim(String ref) {
        if (!busy.add(ref)) {
            throw new StatusException.Unavailable("ref " + ref + " locked: unavailable");
        }
    }

    private static final class Reader implements ContentReader {

        private final byte[] bytes;
        private final InputStream stream;

        Reader(byte[] bytes) {
            this.bytes = bytes;
            this.stream = new ByteArrayInputStream(bytes);
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream stream() {
            return stream;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            if (position >= bytes.length) {
                return -1;
            }
            int length = (int) Math.min(target.remaining(), bytes.length - position);
            target.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public void close() {}
    }

    private final class Writer extends ContentWriter {

        private final String ref;
        private final @Nullable Descriptor expected;

        Writer(String ref, @Nullable Descriptor expected) {
            this.ref = ref;
            this.expected = expected;
        }

        private ByteArrayOutputStream data() {
            return ingests.get(ref);
        }

        @Override
        public long offset() {
            return data().size();
        }

        @Override
        public Digest digest() {
            var wanted = expected == null ? Digest.sha256(new byte[0]) : expected.digest();
            byte[] hash = wanted.newMessageDigest().digest(data().toByteArray());
            return new Digest(wanted.algorithm(), HexFormat.of().formatHex(hash));
        }

        @Override
        public void restart() {
            data().reset();
        }

        @Override
        public void write(int b) {
            data().write(b);
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            data().write(bytes, start, length);
        }

        @Override
        public Digest commit() {
            byte[] bytes = data().toByteArray();
            Digest digest = digest();
            discard();
            if (expected != null
                    && (expected.size() != bytes.length || !expected.digest().equals(digest))) {
                throw new StatusException.InvalidArgument("unexpected commit " + digest);
            }
            content.put(digest, bytes);
            return digest;
        }

        @Override
        public void discard() {
            ingests.remove(ref);
            close();
        }

        @Override
        public void close() {
            busy.remove(ref);
        }
    }
}
