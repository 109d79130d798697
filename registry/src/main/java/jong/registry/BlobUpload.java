package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.content.ContentStore;
import jong.registry.hosts.Endpoint;

/**
 * Brings one blob into a repository (distribution-spec, "Pushing blobs"): by a mount, or by an
 * upload of one chunk, as docker does it.
 */
final class BlobUpload {

    private final Session session;
    private final Endpoint endpoint;
    private final String path;
    private final Descriptor blob;

    BlobUpload(Session session, Endpoint endpoint, String path, Descriptor blob) {
        this.session = session;
        this.endpoint = endpoint;
        this.path = path;
        this.blob = blob;
    }

    String run(ContentStore store, List<String> sources, BlobListener listener)
            throws IOException, InterruptedException {
        for (String source : sources) {
            if (mount(source)) {
                return source;
            }
        }
        try (OpenUpload upload = OpenUpload.begin(session, endpoint, path)) {
            upload.send(
                    Transport.Body.of(
                            () -> new Counted(open(store), listener, blob.size()), blob.size()));
            upload.finish(blob.digest());
        }
        return "";
    }

    /** Tries to mount; a registry that cannot begins an upload, which is not gone on with. */
    boolean mount(String source) throws IOException, InterruptedException {
        Optional<OpenUpload> upload =
                OpenUpload.begin(
                        session,
                        endpoint,
                        path,
                        "?mount=" + encode(blob.digest().toString()) + "&from=" + encode(source),
                        Scopes.repository(source, "pull"));
        upload.ifPresent(OpenUpload::close);
        return upload.isEmpty();
    }

    private InputStream open(ContentStore store) {
        try {
            return store.open(blob.digest()).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Tells how far a blob has been read. */
    private static final class Counted extends FilterInputStream {

        private final BlobListener listener;
        private final long total;
        private long current;

        Counted(InputStream in, BlobListener listener, long total) {
            super(in);
            this.listener = listener;
            this.total = total;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
            int n = super.read(bytes, start, length);
            if (n > 0) {
                current += n;
                listener.transferred(current, total);
            }
            return n;
        }
    }
}
