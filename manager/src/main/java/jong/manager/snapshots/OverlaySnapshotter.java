package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.files.Directory;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Snapshots that overlayfs puts together, one directory each.
 *
 * <p>{@code root/snapshots/N/fs} holds what was written into snapshot N, in overlayfs's form (a
 * whiteout is a character device 0:0, an opaque directory has {@code trusted.overlay.opaque=y});
 * {@code root/snapshots/N/work} belongs to overlayfs. Which N is which, and who stands on whom, is
 * in the metadata. The directory is made before the entry and deleted after it, so that an entry's
 * directory always exists; directories without an entry are deleted at the start. Numbers are not
 * used again while the process lives.
 */
public final class OverlaySnapshotter implements RepairableSnapshotter {

    private static final int ROOT_PERMISSIONS = 0755;

    private final Path snapshots;
    private final MetadataStore metadata;
    private final Bucket entries;
    private final AtomicLong lastNumber;
    private final List<String> kernelOptions;

    /**
     * Opens the snapshots below {@code root}, whose path may have no {@code :} or {@code ,}: they
     * separate overlayfs's options.
     */
    public OverlaySnapshotter(Path root, MetadataStore metadata) throws IOException {
        if (root.toString().matches(".*[:,\\\\].*")) {
            throw new StatusException.InvalidArgument(
                    "snapshots cannot lie in " + root + ": overlayfs takes no ':', ',' or '\\'");
        }
        this.snapshots = Files.createDirectories(root.toAbsolutePath().resolve("snapshots"));
        this.metadata = metadata;
        this.entries = metadata.bucket("snapshots");
        this.lastNumber = new AtomicLong(removeStrays());
        this.kernelOptions = KernelOptions.overlay();
    }

    @Override
    public List<Mount> prepare(String key, String parent) throws IOException {
        return create(key, parent, Kind.ACTIVE);
    }

    @Override
    public List<Mount> view(String key, String parent) throws IOException {
        return create(key, parent, Kind.VIEW);
    }

    @Override
    public List<Mount> mounts(String key) {
        Entry entry = existing(key);
        if (entry.kind() == Kind.COMMITTED) {
            throw new StatusException.InvalidArgument(
                    "snapshot " + key + " is committed: it has no mounts of its own");
        }
        List<Path> lowers = directories(entry.parent());
        Path own = directory(entry.number());
        if (entry.kind() == Kind.VIEW) {
            return switch (lowers.size()) {
                case 0 -> bind(own.resolve("fs"), "ro");
                case 1 -> bind(lowers.getFirst(), "ro");
                default -> overlay(lowers, List.of());
            };
        }
        if (lowers.isEmpty()) {
            return bind(own.resolve("fs"), "rw");
        }
        return overlay(
                lowers, List.of("workdir=" + own.resolve("work"), "upperdir=" + own.resolve("fs")));
    }

    @Override
    public void commit(String name, String key) {
        metadata.transaction(() -> rename(name, key, existing(key).parent()));
    }

    @Override
    public void commitOnto(String parent, String name, String key) {
        metadata.transaction(() -> {
            if (!existing(key).parent().isEmpty()) {
                throw new StatusException.InvalidArgument(
                        "snapshot " + key + " has a parent already");
            }
            requireParent(parent);
            rename(name, key, parent);
        });
    }

    @Override
    public void remove(String key) throws IOException {
        long[] number = new long[1];
        metadata.transaction(() -> {
            number[0] = existing(key).number();
            for (SnapshotInfo other : walk()) {
                if (other.parent().equals(key)) {
                    throw new StatusException.Conflict(
                            "cannot remove snapshot "
                                    + key
                                    + ": "
                                    + other.name()
                                    + " stands on it");
                }
            }
            entries.remove(key);
        });
        delete(number[0]);
    }

    @Override
    public boolean isIntact(String key) {
        Path own = directory(existing(key).number());
        return Files.isDirectory(own.resolve("fs"), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(own.resolve("work"), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void replace(String name, String key) throws IOException {
        long[] old = new long[1];
        metadata.transaction(() -> {
            Entry committed = existing(name);
            Entry active = existing(key);
            if (committed.kind() != Kind.COMMITTED
                    || active.kind() != Kind.ACTIVE
                    || !active.parent().isEmpty()) {
                throw new StatusException.InvalidArgument(
                        "snapshot " + key + " cannot take the place of " + name);
            }
            old[0] = committed.number();
            entries.put(name, active.committedOn(committed.parent()).toJson());
            entries.remove(key);
        });
        delete(old[0]);
    }

    @Override
    public List<Path> strays() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var directory = Directory.open(snapshots)) {
            for (var file : directory.list()) {
                found.add(snapshots.resolve(file.name()));
            }
        }
        // Read after the directory: a snapshot that comes meanwhile has its entry last.
        entries.entries()
                .values()
                .forEach(json -> found.remove(directory(Entry.of(json).number())));
        return found;
    }

    @Override
    public void removeStray(Path stray) throws IOException {
        try (var directory = Directory.open(snapshots)) {
            directory.removeTree(stray.getFileName().toString());
        }
    }

    @Override
    public Optional<SnapshotInfo> stat(String key) {
        return entries.get(key).map(json -> Entry.of(json).info(key));
    }

    @Override
    public Usage usage(String key) throws IOException {
        Entry entry = existing(key);
        if (entry.usage().isPresent()) {
            return entry.usage().get();
        }
        Usage usage = DiskUsage.of(directory(entry.number()).resolve("fs"));
        if (entry.kind() == Kind.COMMITTED) {
            metadata.transaction(() -> {
                if (entries.get(key).isPresent()) {
                    entries.put(key, entry.withUsage(usage).toJson());
                }
            });
        }
        return usage;
    }

    @Override
    public List<SnapshotInfo> walk() {
        List<SnapshotInfo> all = new ArrayList<>();
        for (Map.Entry<String, JsonObject> entry : entries.entries().entrySet()) {
            all.add(Entry.of(entry.getValue()).info(entry.getKey()));
        }
        return all;
    }

    /**
     * The directories, in overlayfs's form, of a snapshot and those that it stands on, topmost
     * first; none for {@code ""}.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     */
    public List<Path> directories(String name) {
        List<Path> directories = new ArrayList<>();
        for (String next = name; !next.isEmpty(); ) {
            Entry entry = existing(next);
            directories.add(directory(entry.number()).resolve("fs"));
            next = entry.parent();
        }
        return directories;
    }

    private List<Mount> create(String key, String parent, Kind kind) throws IOException {
        if (key.isEmpty()) {
            throw new StatusException.InvalidArgument("snapshot without a key");
        }
        long number = lastNumber.incrementAndGet();
        try {
            makeDirectories(number, parent);
            var entry = new Entry(number, kind, parent, Instant.now(), Optional.empty());
            metadata.transaction(() -> {
                requireAbsent(key);
                requireParent(parent);
                entries.put(key, entry.toJson());
            });
        } catch (IOException | RuntimeException e) {
            try {
                delete(number);
            } catch (IOException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
        return mounts(key);
    }

    /** The upper directory shows as the root of the tree, so it looks like the parent's root. */
    private void makeDirectories(long number, String parent) throws IOException {
        List<Path> lowers = directories(parent);
        Path own = directory(number);
        Files.createDirectories(own.resolve("work"));
        try (var directory = Directory.open(own)) {
            directory.makeDirectory("fs", ROOT_PERMISSIONS);
            directory.changeMode("fs", ROOT_PERMISSIONS);
            if (!lowers.isEmpty()) {
                try (var lower = Directory.open(lowers.getFirst())) {
                    var stat = lower.fd().stat();
                    directory.changeOwner("fs", stat.uid(), stat.gid());
                    directory.changeMode("fs", stat.permissions());
                }
            }
        }
    }

    private void rename(String name, String key, String parent) {
        Entry entry = existing(key);
        if (entry.kind() != Kind.ACTIVE) {
            throw new StatusException.InvalidArgument("snapshot " + key + " is not active");
        }
        requireAbsent(name);
        entries.remove(key);
        entries.put(name, entry.committedOn(parent).toJson());
    }

    private Entry existing(String key) {
        return Entry.of(
                entries.get(key)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "snapshot " + key + " does not exist: not found")));
    }

    private void requireAbsent(String key) {
        if (entries.get(key).isPresent()) {
            throw new StatusException.AlreadyExists("snapshot " + key + ": already exists");
        }
    }

    private void requireParent(String parent) {
        if (!parent.isEmpty() && existing(parent).kind() != Kind.COMMITTED) {
            throw new StatusException.InvalidArgument(
                    "parent snapshot " + parent + " is not committed: invalid argument");
        }
    }

    private List<Mount> overlay(List<Path> lowers, List<String> writable) {
        List<String> options = new ArrayList<>(kernelOptions);
        options.addAll(writable);
        options.add("lowerdir=" + String.join(":", lowers.stream().map(Path::toString).toList()));
        return List.of(new Mount("overlay", "overlay", options));
    }

    private static List<Mount> bind(Path source, String access) {
        return List.of(new Mount("bind", source.toString(), List.of(access, "rbind")));
    }

    private Path directory(long number) {
        return snapshots.resolve(Long.toString(number));
    }

    private void delete(long number) throws IOException {
        try (var directory = Directory.open(snapshots)) {
            directory.removeTree(Long.toString(number));
        }
    }

    /** Deletes directories that no entry names; returns the greatest number in use. */
    private long removeStrays() throws IOException {
        var known =
                entries.entries().values().stream().map(json -> Entry.of(json).number()).toList();
        try (var directory = Directory.open(snapshots)) {
            for (var file : directory.list()) {
                if (file.name().matches("[0-9]{1,18}")
                        && !known.contains(Long.valueOf(file.name()))) {
                    directory.removeTree(file.name());
                }
            }
        }
        return known.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** What the metadata says of a snapshot. */
    private record Entry(
            long number, Kind kind, String parent, Instant created, Optional<Usage> usage) {

        static Entry of(JsonObject json) {
            Optional<Usage> usage =
                    json.has("inodes")
                            ? Optional.of(new Usage(json.number("bytes"), json.number("inodes")))
                            : Optional.empty();
            return new Entry(
                    json.number("number"),
                    Kind.valueOf(json.string("kind")),
                    json.string("parent"),
                    Instant.parse(json.string("created")),
                    usage);
        }

        JsonObject toJson() {
            var json =
                    new JsonObject()
                            .with("number", number)
                            .with("kind", kind.name())
                            .with("parent", parent)
                            .with("created", created.toString());
            usage.ifPresent(u -> json.with("bytes", u.bytes()).with("inodes", u.inodes()));
            return json;
        }

        Entry committedOn(String newParent) {
            return new Entry(number, Kind.COMMITTED, newParent, created, Optional.empty());
        }

        Entry withUsage(Usage found) {
            return new Entry(number, kind, parent, created, Optional.of(found));
        }

        SnapshotInfo info(String key) {
            return new SnapshotInfo(key, parent, kind, created);
        }
    }
}
