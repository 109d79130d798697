package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import jong.oci.Descriptor;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.oci.content.StorageException;
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
        for (int attempt = 1; ; attempt++) {
            try {
                attempt();
                return;
            } catch (StorageException e) {
                throw e; // The registry is not to blame.
            } catch (IOException | StatusException.Unavailable e) {
                if (attempt >= options.attempts() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                await(options.retryStep().multipliedBy(attempt));
            }
        }
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
                    throw e;
                }
            }
        }
        // What an earlier attempt left may have been wrong; the commit has discarded it.
        try (ContentWriter writer = store.writer(Repository.ingestRef(blob.digest()), blob)) {
            receive(writer);
            writer.commit();
        }
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
                    writer.restart();
                    throw new IOException("registry refuses to resume blob " + blob.digest());
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
            listener.received(writer.offset(), blob.size());
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

    private void await(Duration wait) throws InterruptedException {
        Duration left = wait;
        while (left.isPositive()) {
            listener.retrying((int) left.plusMillis(999).toSeconds());
            Duration step =
                    left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1);
            Thread.sleep(step);
            left = left.minus(step);
        }
    }
}
