package jong.registry.server.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import jong.oci.Digest;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;

/** Content by digest, once for all repositories. */
final class BlobFiles {

    private final Layout layout;
    private final DurableFiles files;

    BlobFiles(Layout layout, DurableFiles files) {
        this.layout = layout;
        this.files = files;
    }

    /** The length in bytes; empty if there is no such content. */
    OptionalLong size(Digest digest) throws IOException {
        try {
            return OptionalLong.of(Files.size(layout.blob(digest)));
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        }
    }

    /** Opens content for reading; throws {@link ErrorCode#BLOB_UNKNOWN}. */
    FileChannel open(Digest digest) throws IOException {
        try {
            return FileChannel.open(layout.blob(digest));
        } catch (NoSuchFileException _) {
            throw new RegistryException(ErrorCode.BLOB_UNKNOWN, digest.toString());
        }
    }

    /** All bytes of content that is known to be small. */
    byte[] read(Digest digest) throws IOException {
        try {
            return Files.readAllBytes(layout.blob(digest));
        } catch (NoSuchFileException _) {
            throw new RegistryException(ErrorCode.MANIFEST_UNKNOWN, digest.toString());
        }
    }

    /** Makes a synced file with the right bytes the content of a digest, or marks that as used. */
    void publish(Path file, Digest digest) throws IOException {
        Path blob = layout.blob(digest);
        if (DurableFiles.touch(blob)) {
            Files.deleteIfExists(file);
        } else {
            files.moveSynced(file, blob);
        }
    }

    /** Stores bytes whose digest is known to be right. */
    void write(Digest digest, byte[] content) throws IOException {
        Path blob = layout.blob(digest);
        if (!DurableFiles.touch(blob)) {
            files.write(blob, content);
        }
    }

    /** Marks content as used now; whether it is there. */
    boolean touch(Digest digest) throws IOException {
        return DurableFiles.touch(layout.blob(digest));
    }
}
