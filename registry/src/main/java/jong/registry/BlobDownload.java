package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import jong.oci.Descriptor;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.wire.status.StatusException;

/** The download of one blob, over as many attempts as are allowed. */
final class BlobDownload {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final Repository repository;
    private final RegistryOptions options;
    private final Descriptor blob;
    private final ContentStore store;
    private final BlobListener listener;

    BlobDownload(
            Repository repository,
            RegistryOptions options,
            Descriptor blob,
            ContentStore store,
            BlobListener listener) {
        this.repository = repository;
        this.options = options;
        this.blob = blob;
        this.store = store;
        this.listener = listener;
    }

    void run() throws IOException, InterruptedException {
        new Retries(options.attempts(), options.retryStep(), listener)
                .run(() -> {
                    attempt();
                    return blob;
                });
    }

    private void attempt() throws IOException, InterruptedException {
        boolean resumed;
        try (ContentWriter writer = store.writer(Repository.ingestRef(blob.digest()), blob)) {
            resumed = writer.offset() > 0;
            receive(writer);
            try {
                writer.commit();
                return;
            } catch (StatusException.InvalidArgument e) {
                if (!resumed) {
                    throw wrong(e);
                }
            }
        }
        // What an earlier attempt left may have been wrong; the commit has discarded it.
        try (ContentWriter writer = store.writer(Repository.ingestRef(blob.digest()), blob)) {
            receive(writer);
            writer.commit();
        } catch (StatusException.InvalidArgument e) {
            throw wrong(e);
        }
    }

    /** Docker's texts for what is not what its name says. */
    private StatusException wrong(StatusException cause) {
        return new StatusException.InvalidArgument(
                MediaTypes.isConfig(blob.mediaType())
                        ? "error pulling image configuration: image config verification failed for"
                                + " digest "
                                + blob.digest()
                        : "filesystem layer verification failed for digest " + blob.digest(),
                cause);
    }

    private void receive(ContentWriter writer) throws IOException, InterruptedException {
        if (writer.offset() == blob.size() && blob.size() > 0) {
            return;
        }
        HttpResponse<InputStream> response = repository.openBlob(blob, writer.offset());
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case 200 -> writer.restart(); // Ranges are optional for servers.
                case 206 -> requireRange(response, writer.offset());
                default -> {
                    long offset = writer.offset();
                    writer.restart();
                    throw new IOException(
                            "blob "
                                    + blob.digest()
                                    + ": registry refuses to go on after "
                                    + offset
                                    + " of "
                                    + blob.size()
                                    + " bytes: status "
                                    + response.statusCode());
                }
            }
            copy(body, writer);
        }
    }

    private void copy(InputStream body, ContentWriter writer) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            if (writer.offset() + n > blob.size()) {
                writer.restart();
                throw new StatusException.InvalidArgument(
                        "blob "
                                + blob.digest()
                                + " is larger than the "
                                + blob.size()
                                + " bytes of its descriptor");
            }
            writer.write(buffer, 0, n);
            listener.transferred(writer.offset(), blob.size());
        }
        if (writer.offset() < blob.size()) {
            throw new IOException(
                    "blob "
                            + blob.digest()
                            + ": unexpected EOF after "
                            + writer.offset()
                            + " of "
                            + blob.size()
                            + " bytes");
        }
    }

    private static void requireRange(HttpResponse<InputStream> response, long offset)
            throws IOException {
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (!range.startsWith("bytes " + offset + "-")) {
            throw new IOException("asked for bytes from " + offset + " on, got " + range);
        }
    }
}
