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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
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
 * commit syncs the file, renames it into place and syncs the directory. An ingest is not synced
 * before: after the death of the process it goes on from what the file holds, whose hash is made
 * again; after the death of the machine the file may hold less, or what the commit then refuses.
 * The directory belongs to one process at a time; opening it removes what a death left of an ingest
 * that had just begun, and that tells no ref.
 */
public final class LocalContentStore implements ContentStore {

    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

    /** The largest documents that are not layers, in bytes. */
    private static final int MOST_REREAD = 8 << 20;

    private static final String DATA = ".data";
    private static final String REF = ".ref";
    private static final Pattern INGEST =
            Pattern.compile("[0-9a-f]{64}(\\" + DATA + "|\\" + REF + ")");

    private final Path blobs;
    private final Path ingests;
    private final @Nullable LabelStore labels;

    /** Refs that have a writer at the moment. */
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /** Opens a store without labels in {@code root}; see the other constructor. */
    public LocalContentStore(Path root) throws IOException {
        this(root, null);
    }

    /**
     * Opens the store in {@code root}, which is created with its parents if it is missing.
     *
     * @param labels where labels are kept; null for a store without
     */
    public LocalContentStore(Path root, @Nullable LabelStore labels) throws IOException {
        this.labels = labels;
        blobs = root.resolve("blobs");
        ingests = Files.createDirectories(root.resolve("ingest"));
        for (String algorithm : ALGORITHMS) {
            Files.createDirectories(blobs.resolve(algorithm));
        }
        Path layout = root.resolve("oci-layout");
        if (Files.notExists(layout)) { // Not again: on a full disk the store opens all the same.
            Files.writeString(layout, "{\"imageLayoutVersion\":\"1.0.0\"}");
        }
        for (Path file : strayIngests()) {
            if (INGEST.matcher(file.getFileName().toString()).matches()) {
                Files.delete(file);
            }
        }
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
            throw notFound(digest, e);
        }
    }

    @Override
    public ContentWriter writer(String ref, @Nullable Descriptor expected) throws IOException {
        claim(ref);
        try {
            Path file = ingest(ref, REF);
            if (refOf(file).isEmpty()) { // Not again: a death in between would lose the ingest.
                Files.writeString(file, ref);
            }
            return new FileWriter(this, ref, expected);
        } catch (IOException | RuntimeException e) {
            busy.remove(ref);
            throw e;
        }
    }

    /** The labels go first: content without them is found again, labels without content are not. */
    @Override
    public boolean delete(Digest digest) throws IOException {
        if (labels != null && !labels.get(digest).isEmpty()) {
            labels.update(digest, _ -> Map.of());
        }
        return Files.deleteIfExists(blob(digest));
    }

    @Override
    public Map<String, String> labels(Digest digest) {
        LabelStore kept = labelStore();
        return info(digest).isPresent() ? Map.copyOf(kept.get(digest)) : Map.of();
    }

    @Override
    public void updateLabels(Digest digest, UnaryOperator<Map<String, String>> change) {
        LabelStore kept = labelStore();
        if (info(digest).isEmpty()) {
            throw notFound(digest, null);
        }
        kept.update(
                digest,
                before -> {
                    Map<String, String> after = change.apply(before);
                    after.forEach(LocalContentStore::checkLabel);
                    return after;
                });
    }

    @Override
    public List<ContentInfo> list() throws IOException {
        List<ContentInfo> all = new ArrayList<>();
        for (String algorithm : ALGORITHMS) {
            for (Path file : files(blobs.resolve(algorithm))) {
                digest(algorithm, file).flatMap(this::info).ifPresent(all::add);
            }
        }
        return all;
    }

    @Override
    public List<String> ingests() throws IOException {
        List<String> refs = new ArrayList<>();
        for (Path file : files(ingests)) {
            refOf(file).ifPresent(refs::add);
        }
        return refs;
    }

    @Override
    public Optional<IngestStatus> status(String ref) throws IOException {
        try {
            var attributes = Files.readAttributes(data(ref), BasicFileAttributes.class);
            var updated = attributes.lastModifiedTime().toInstant();
            return Optional.of(new IngestStatus(ref, attributes.size(), updated));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /**
     * Files in the store's directories that are neither content nor part of an ingest: left by a
     * death, or put there by somebody.
     */
    public List<Path> strays() throws IOException {
        List<Path> strays = new ArrayList<>();
        for (String algorithm : ALGORITHMS) {
            for (Path file : files(blobs.resolve(algorithm))) {
                if (digest(algorithm, file).isEmpty() || !Files.isRegularFile(file)) {
                    strays.add(file);
                }
            }
        }
        strays.addAll(strayIngests());
        return strays;
    }

    private List<Path> strayIngests() throws IOException {
        List<Path> strays = new ArrayList<>();
        for (Path file : files(ingests)) {
            String name = file.getFileName().toString();
            Path ref = file.resolveSibling(name.replaceFirst("\\.data$", REF));
            if (refOf(ref).isEmpty() && Files.exists(file)) {
                strays.add(file);
            }
        }
        return strays;
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

    /**
     * Whether content is there and, as far as can be told without much reading, whole.
     *
     * @param size what it must have
     */
    boolean isSound(Digest digest, long size) throws IOException {
        if (info(digest).filter(found -> found.size() == size).isEmpty()) {
            return false;
        }
        if (size > MOST_REREAD) {
            return true;
        }
        byte[] bytes = readAll(digest, MOST_REREAD);
        return digest.matches(digest.newMessageDigest().digest(bytes));
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

    /** The ref that a file of an ingest tells; its name is the ref's hash, or it is none. */
    private Optional<String> refOf(Path file) throws IOException {
        if (!file.toString().endsWith(REF) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            String ref = new String(Files.readAllBytes(file), UTF_8);
            return ingest(ref, REF).equals(file) ? Optional.of(ref) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private LabelStore labelStore() {
        if (labels == null) {
            throw new StatusException.Unimplemented("this content store keeps no labels");
        }
        return labels;
    }

    private static void checkLabel(String key, String value) {
        int length = key.getBytes(UTF_8).length + value.getBytes(UTF_8).length;
        if (length > LabelStore.MAX_BYTES) {
            throw new StatusException.InvalidArgument(
                    "label key and value length ("
                            + length
                            + " bytes) greater than maximum size ("
                            + LabelStore.MAX_BYTES
                            + " bytes), key: "
                            + key.substring(0, Math.min(key.length(), 10))
                            + ": invalid argument");
        }
    }

    private static StatusException.NotFound notFound(Digest digest, @Nullable IOException cause) {
        return new StatusException.NotFound("content " + digest + ": not found", cause);
    }

    private static Optional<Digest> digest(String algorithm, Path file) {
        try {
            return Optional.of(new Digest(algorithm, file.getFileName().toString()));
        } catch (StatusException.InvalidArgument _) {
            return Optional.empty(); // Not ours.
        }
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
