package jong.oci.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * A content store in a directory with the OCI image layout (image-layout.md).
 *
 * <p>{@code blobs/ALGORITHM/HEX} is committed content. {@code ingest/HASH.data} is an ingest and
 * {@code ingest/HASH.ref} its ref, where HASH is the digest of the ref, since a ref is free text. A
 * commit syncs the file, renames it into place and syncs the directory. The directory belongs to
 * one process at a time.
 */
public final class LocalContentStore implements ContentStore {

    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");
    private static final String DATA = ".data";
    private static final String REF = ".ref";

    private final Path blobs;
    private final Path ingests;

    /** Refs that have a writer at the moment. */
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /** Opens the store in {@code root}, which is created with its parents if it is missing. */
    public LocalContentStore(Path root) throws IOException {
        blobs = root.resolve("blobs");
        ingests = Files.createDirectories(root.resolve("ingest"));
        for (String algorithm : ALGORITHMS) {
            Files.createDirectories(blobs.resolve(algorithm));
        }
        Files.writeString(root.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    @Override
    public Optional<ContentInfo> info(Digest digest) {
        try {
            return Optional.of(infoOf(digest, blob(digest)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look up content " + digest, e);
        }
    }

    @Override
    public ContentReader open(Digest digest) throws IOException {
        try {
            return new FileReader(FileChannel.open(blob(digest), StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new StatusException.NotFound("content " + digest + ": not found", e);
        }
    }

    @Override
    public ContentWriter writer(String ref, @Nullable Descriptor expected) throws IOException {
        claim(ref);
        try {
            Files.writeString(ingest(ref, REF), ref);
            return new FileWriter(this, ref, expected);
        } catch (IOException | RuntimeException e) {
            busy.remove(ref);
            throw e;
        }
    }

    @Override
    public boolean delete(Digest digest) throws IOException {
        return Files.deleteIfExists(blob(digest));
    }

    @Override
    public List<ContentInfo> list() throws IOException {
        List<ContentInfo> all = new ArrayList<>();
        for (String algorithm : ALGORITHMS) {
            for (Path file : files(blobs.resolve(algorithm))) {
                var digest = new Digest(algorithm, file.getFileName().toString());
                info(digest).ifPresent(all::add);
            }
        }
        return all;
    }

    @Override
    public List<String> ingests() throws IOException {
        List<String> refs = new ArrayList<>();
        for (Path file : files(ingests)) {
            if (file.toString().endsWith(REF)) {
                refs.add(Files.readString(file));
            }
        }
        return refs;
    }

    @Override
    public void abort(String ref) throws IOException {
        claim(ref);
        try {
            forget(ref);
        } finally {
            busy.remove(ref);
        }
    }

    /** The file of content, for those who need a path, such as a mount; it may not exist. */
    Path blob(Digest digest) {
        return blobs.resolve(digest.algorithm()).resolve(digest.hex());
    }

    /** Where an ingest's bytes are. */
    Path data(String ref) {
        return ingest(ref, DATA);
    }

    /** Makes an ingest's bytes, which are on disk, visible as content. */
    void publish(String ref, Digest digest) throws IOException {
        Path target = blob(digest);
        Files.move(data(ref), target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(target.getParent())) {
            directory.force(true);
        }
        forget(ref);
    }

    /** Deletes an ingest's files. */
    void forget(String ref) throws IOException {
        Files.deleteIfExists(data(ref));
        Files.deleteIfExists(ingest(ref, REF));
    }

    /** Lets others write the ref. */
    void release(String ref) {
        busy.remove(ref);
    }

    private void claim(String ref) {
        if (ref.isEmpty()) {
            throw new StatusException.InvalidArgument("ingest without a ref");
        }
        if (!busy.add(ref)) {
            throw new StatusException.Unavailable("ref " + ref + " locked: unavailable");
        }
    }

    private Path ingest(String ref, String suffix) {
        return ingests.resolve(Digest.sha256(ref.getBytes(UTF_8)).hex() + suffix);
    }

    private static ContentInfo infoOf(Digest digest, Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new ContentInfo(
                digest, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
