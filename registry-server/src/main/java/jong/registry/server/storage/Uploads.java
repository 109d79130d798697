package jong.registry.server.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;

/**
 * The uploads of all repositories. They survive a restart of the server; only the hash of what has
 * come is computed again.
 */
final class Uploads {

    private static final int MAX_ID_LENGTH = 36;

    private final Layout layout;
    private final Map<UUID, Upload> known = new ConcurrentHashMap<>();

    Uploads(Layout layout) {
        this.layout = layout;
    }

    /** Begins an upload; throws {@link ErrorCode#DIGEST_INVALID} for an unknown algorithm. */
    Upload begin(RepositoryName repository, String algorithm) throws IOException {
        var id = UUID.randomUUID();
        Path directory = layout.upload(repository, id);
        Upload upload = Upload.begin(repository, id, directory, algorithm);
        DurableFiles.makeDirectory(directory);
        Files.write(upload.data(), new byte[0]);
        Files.write(directory.resolve("startedat"), Instant.now().toString().getBytes(US_ASCII));
        known.put(id, upload);
        return upload;
    }

    /** Finds an upload by the id of its location; throws {@link ErrorCode#BLOB_UPLOAD_UNKNOWN}. */
    Upload find(RepositoryName repository, String text) throws IOException {
        UUID id = parse(text);
        Upload upload = known.get(id);
        if (upload == null) {
            upload = resume(repository, id);
        }
        if (!upload.repository().equals(repository)) {
            throw unknown(text);
        }
        return upload;
    }

    private Upload resume(RepositoryName repository, UUID id) throws IOException {
        try {
            Upload resumed = Upload.resume(repository, id, layout.upload(repository, id));
            Upload other = known.putIfAbsent(id, resumed);
            return other == null ? resumed : other;
        } catch (NoSuchFileException _) {
            throw unknown(id.toString());
        }
    }

    private static UUID parse(String text) {
        try {
            UUID id = UUID.fromString(text.substring(0, Math.min(text.length(), MAX_ID_LENGTH)));
            if (id.toString().equals(text)) {
                return id;
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw unknown(text);
    }

    private static RegistryException unknown(String id) {
        return new RegistryException(ErrorCode.BLOB_UPLOAD_UNKNOWN, id);
    }

    /** Forgets an upload and what has come. */
    void discard(Upload upload) throws IOException {
        upload.abandon();
        forget(upload);
    }

    /** Deletes what is left of an upload that has ended. */
    void forget(Upload upload) throws IOException {
        known.remove(upload.id());
        DurableFiles.deleteTree(upload.directory());
    }

    /** Deletes the uploads of a repository that nothing was added to since {@code limit}. */
    int purge(RepositoryName repository, Instant limit) throws IOException {
        int purged = 0;
        for (Path directory : DurableFiles.list(layout.uploads(repository))) {
            if (DurableFiles.lastUse(directory.resolve("data")).isBefore(limit)
                    && DurableFiles.lastUse(directory).isBefore(limit)) {
                for (Upload upload : known.values()) {
                    if (upload.directory().equals(directory)) {
                        discard(upload);
                    }
                }
                DurableFiles.deleteTree(directory);
                purged++;
            }
        }
        return purged;
    }
}
