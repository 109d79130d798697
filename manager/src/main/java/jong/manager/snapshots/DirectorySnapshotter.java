package jong.manager.snapshots;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException;

/**
 * Snapshots with a directory for each, {@code root/snapshots/N}, in which {@code fs} holds what was
 * written. Subclasses say what else is in it and how it is shown.
 */
abstract class DirectorySnapshotter implements LayerSnapshotter {

    private static final String FILES = "fs";

    private final SnapshotRecords records;
    private final NumberedDirectories directories;
    private final SizeLimits limits;

    DirectorySnapshotter(Path root, MetadataStore metadata) throws IOException {
        this.records = new SnapshotRecords(metadata);
        this.directories = new NumberedDirectories(root, numbers());
        this.limits = new SizeLimits(directories.root(), metadata);
    }

    /** Deletes what an earlier process has left half made: last thing of a constructor. */
    final void removeUnknown() throws IOException {
        for (Path stray : directories.unknown(numbers())) {
            discard(stray);
        }
    }

    /**
     * Makes the files of a new snapshot.
     *
     * @param own its directory, empty
     * @param parent what it stands on, or {@code ""}
     */
    abstract void fill(Path own, String parent, Kind kind) throws IOException;

    /** What to mount to see a snapshot that is not committed. */
    abstract List<Mount> mounts(SnapshotRecord record) throws IOException;

    /** Whether all is in a snapshot's directory that should be. */
    boolean isIntact(Path own) {
        return Files.isDirectory(files(own), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Lets go of a directory that is about to be deleted.
     *
     * @throws StatusException.Conflict if it is in use
     */
    void release(Path own) throws IOException {}

    /** Lets go of a directory that belongs to no snapshot any more, in use or not. */
    void abandon(Path own) throws IOException {}

    /** The directories of a snapshot's files and of those below, as far as they are apart. */
    abstract List<Path> directories(String name) throws IOException;

    @Override
    public final List<Mount> prepare(String key, String parent) throws IOException {
        return create(key, parent, Kind.ACTIVE);
    }

    @Override
    public final List<Mount> view(String key, String parent) throws IOException {
        return create(key, parent, Kind.VIEW);
    }

    @Override
    public final List<Mount> mounts(String key) throws IOException {
        SnapshotRecord record = records.existing(key);
        if (record.kind() == Kind.COMMITTED) {
            throw new StatusException.InvalidArgument(
                    "snapshot " + key + " is committed: it has no mounts of its own");
        }
        return mounts(record);
    }

    @Override
    public Unpacked unpack(String key, ArchiveSource archive, boolean bottom, UnpackLimits limits)
            throws IOException {
        prepare(key, "");
        try (InputStream stream = archive.open()) {
            return LayerUnpacker.unpack(stream, files(key), bottom, limits);
        }
    }

    @Override
    public void inherit(String key, Unpacked layer, String parent) throws IOException {
        LayerUnpacker.inherit(files(key), layer, directories(parent));
    }

    @Override
    public void commit(String name, String key) throws IOException {
        records.commit(name, key);
    }

    @Override
    public void commitOnto(String parent, String name, String key) throws IOException {
        records.commitOnto(parent, name, key, record -> record);
    }

    @Override
    public final void remove(String key) throws IOException {
        release(directory(records.requireRemovable(key)));
        discard(directories.path(records.remove(key)));
    }

    @Override
    public final boolean isIntact(String key) {
        return isIntact(directory(records.existing(key)));
    }

    @Override
    public Optional<String> difference(String name, String key) throws IOException {
        return TreeEquality.difference(files(key), files(name));
    }

    @Override
    public void replace(String name, String key) throws IOException {
        release(directory(records.requireReplaceable(name, key)));
        discard(directories.path(records.replace(name, key, record -> record)));
    }

    @Override
    public final List<Path> strays() throws IOException {
        List<Path> found = new ArrayList<>(directories.list());
        // In this order: what was being made, and is no more, has its record.
        found.removeAll(directories.passing());
        records.all().values().forEach(record -> found.remove(directory(record)));
        return found;
    }

    @Override
    public final void removeStray(Path stray) throws IOException {
        discard(stray);
    }

    @Override
    public final void sync() throws IOException {
        directories.sync();
    }

    @Override
    public void unmountUnused(Set<String> used) throws IOException {}

    @Override
    public final void limit(String key, long bytes) throws IOException {
        if (!limits.available()) {
            throw new StatusException.InvalidArgument(
                    "--storage-opt is supported only for overlay over xfs with 'pquota' mount"
                            + " option: "
                            + SizeLimits.advice());
        }
        limits.limit(directory(records.existing(key)), bytes);
    }

    @Override
    public final Optional<SnapshotInfo> stat(String key) {
        return records.find(key).map(record -> record.info(key));
    }

    @Override
    public final Usage usage(String key) throws IOException {
        SnapshotRecord record = records.existing(key);
        if (record.usage().isPresent()) {
            return record.usage().get();
        }
        Usage usage = measure(directory(record));
        if (record.kind() == Kind.COMMITTED) {
            records.noteUsage(key, record, usage);
        }
        return usage;
    }

    @Override
    public final List<SnapshotInfo> walk() {
        List<SnapshotInfo> all = new ArrayList<>();
        records.all().forEach((key, record) -> all.add(record.info(key)));
        return all;
    }

    @Override
    public Map<String, String> status() throws IOException {
        return Map.of();
    }

    @Override
    public Map<String, String> places(String key) {
        records.existing(key);
        return Map.of();
    }

    /** What a snapshot's directory occupies. */
    Usage measure(Path own) throws IOException {
        return DiskUsage.of(files(own));
    }

    final SnapshotRecords records() {
        return records;
    }

    final NumberedDirectories numbered() {
        return directories;
    }

    final Path directory(SnapshotRecord record) {
        return directories.path(record.number());
    }

    final Path files(String key) {
        return files(directory(records.existing(key)));
    }

    static Path files(Path own) {
        return own.resolve(FILES);
    }

    static List<Mount> bind(Path source, String access) {
        return List.of(new Mount("bind", source.toString(), List.of(access, "rbind")));
    }

    private List<Mount> create(String key, String parent, Kind kind) throws IOException {
        records.requireAddable(key, parent);
        long number = directories.make();
        try {
            fill(directories.path(number), parent, kind);
            records.add(key, new SnapshotRecord(number, kind, parent, Instant.now()));
        } catch (IOException | RuntimeException e) {
            deleteAfter(number, e);
            records.requireAddable(key, parent); // The parent may have gone meanwhile.
            throw e;
        } finally {
            directories.settle(number);
        }
        return mounts(key);
    }

    /** Deletes a directory after a failure, which stays the one to tell of. */
    final void deleteAfter(long number, Exception failure) {
        try {
            discard(directories.path(number));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Deletes a directory that no record names. */
    final void discard(Path own) throws IOException {
        abandon(own);
        directories.delete(own);
    }

    private Set<Long> numbers() {
        Set<Long> numbers = new HashSet<>();
        records.all().values().forEach(record -> numbers.add(record.number()));
        return numbers;
    }
}
