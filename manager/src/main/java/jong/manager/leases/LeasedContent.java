package jong.manager.leases;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentReader;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.oci.content.IngestStatus;
import org.jspecify.annotations.Nullable;

/**
 * A content store seen through a lease: what was found, opened or written through it stays as long
 * as the lease is held.
 */
public final class LeasedContent implements ContentStore {

    private final ContentStore store;
    private final Lease lease;

    /** A view of {@code store}. */
    public LeasedContent(ContentStore store, Lease lease) {
        this.store = store;
        this.lease = lease;
    }

    @Override
    public Optional<ContentInfo> info(Digest digest) {
        lease.content(digest);
        return store.info(digest);
    }

    @Override
    public ContentReader open(Digest digest) throws IOException {
        lease.content(digest);
        return store.open(digest);
    }

    @Override
    public ContentWriter writer(String ref, @Nullable Descriptor expected) throws IOException {
        lease.ingest(ref);
        return new LeasedWriter(store.writer(ref, expected), lease);
    }

    @Override
    public boolean delete(Digest digest) throws IOException {
        return store.delete(digest);
    }

    @Override
    public Map<String, String> labels(Digest digest) {
        return store.labels(digest);
    }

    @Override
    public void updateLabels(Digest digest, UnaryOperator<Map<String, String>> change) {
        store.updateLabels(digest, change);
    }

    @Override
    public List<ContentInfo> list() throws IOException {
        return store.list();
    }

    @Override
    public List<String> ingests() throws IOException {
        return store.ingests();
    }

    @Override
    public Optional<IngestStatus> status(String ref) throws IOException {
        return store.status(ref);
    }

    @Override
    public void abort(String ref) throws IOException {
        store.abort(ref);
    }

    /** Leases what it commits before anybody can see it. */
    private static final class LeasedWriter extends ContentWriter {

        private final ContentWriter writer;
        private final Lease lease;

        LeasedWriter(ContentWriter writer, Lease lease) {
            this.writer = writer;
            this.lease = lease;
        }

        @Override
        public long offset() {
            return writer.offset();
        }

        @Override
        public Digest digest() {
            return writer.digest();
        }

        @Override
        public void restart() throws IOException {
            writer.restart();
        }

        @Override
        public void write(int b) throws IOException {
            writer.write(b);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            writer.write(bytes, start, length);
        }

        @Override
        public Digest commit() throws IOException {
            lease.content(writer.digest());
            return writer.commit();
        }

        @Override
        public void discard() throws IOException {
            writer.discard();
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
