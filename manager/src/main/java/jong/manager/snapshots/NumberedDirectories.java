package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;

/**
 * The directories of snapshots, {@code root/snapshots/N}.
 *
 * <p>A directory is made before its record and deleted after it, so that the directory of each
 * record exists; directories without a record are deleted at the start, and while the process lives
 * it is known which of them are being made or deleted. Numbers are not used again in that time.
 */
final class NumberedDirectories {

    private static final int PERMISSIONS = 0755;

    private final Path snapshots;
    private final AtomicLong lastNumber;

    /** Those that are on their way to their record, or from it out of the world. */
    private final Set<Path> passing = ConcurrentHashMap.newKeySet();

    /**
     * Opens them.
     *
     * @param known the numbers of all records
     */
    NumberedDirectories(Path root, Set<Long> known) throws IOException {
        this.snapshots = Files.createDirectories(root.toAbsolutePath().resolve("snapshots"));
        this.lastNumber = new AtomicLong(known.stream().mapToLong(n -> n).max().orElse(0));
        try (var directory = Directory.open(snapshots)) {
            directory.spreadContents(); // Layers of an image are written at the same time.
        }
    }

    Path root() {
        return snapshots;
    }

    Path path(long number) {
        return snapshots.resolve(Long.toString(number));
    }

    /** Returns once all of them, and what else their file system has, are on disk. */
    void sync() throws IOException {
        try (var directory = Directory.open(snapshots)) {
            directory.fd().syncFileSystem();
        }
    }

    /** Makes a new one; returns its number, which is to be {@linkplain #settle settled}. */
    long make() throws IOException {
        long number = lastNumber.incrementAndGet();
        passing.add(path(number));
        try (var directory = Directory.open(snapshots)) {
            directory.makeDirectory(Long.toString(number), PERMISSIONS);
        } catch (ErrnoException e) {
            settle(number);
            throw e;
        }
        return number;
    }

    /** Says that one that was made has its record, or is not wanted any more. */
    void settle(long number) {
        passing.remove(path(number));
    }

    /** Those that are being made or deleted, and so may have no record. */
    Set<Path> passing() {
        return Set.copyOf(passing);
    }

    /** Deletes one, or something else that lies among them. */
    void delete(Path path) throws IOException {
        passing.add(path);
        try (var directory = Directory.open(snapshots)) {
            SizeLimits.remove(directory, path.getFileName().toString(), ".");
        } finally {
            passing.remove(path);
        }
    }

    /** All that lies there, directories of snapshots or not. */
    List<Path> list() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var directory = Directory.open(snapshots)) {
            directory.list().forEach(file -> found.add(snapshots.resolve(file.name())));
        }
        return found;
    }

    /** Those that look like a snapshot's directory and are of no record. */
    List<Path> unknown(Collection<Long> known) throws IOException {
        return list().stream()
                .filter(path -> path.getFileName().toString().matches("[0-9]{1,18}"))
                .filter(path -> !known.contains(Long.valueOf(path.getFileName().toString())))
                .toList();
    }
}
