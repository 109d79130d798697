package jong.registry.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Changes that are whole or not there after a crash: a file is written under another name, synced
 * and renamed, then its directory is synced.
 */
final class DurableFiles {

    private final Path scratch;

    /**
     * Makes the writer of one file system.
     *
     * @param scratch a directory for files that are not finished; what lies there is deleted
     */
    DurableFiles(Path scratch) throws IOException {
        this.scratch = Files.createDirectories(scratch);
        for (Path stale : list(scratch)) {
            Files.delete(stale);
        }
    }

    /** Writes a file, in place of another one if there is one. */
    void write(Path path, byte[] content) throws IOException {
        Path temporary = scratch.resolve(UUID.randomUUID().toString());
        try {
            try (var channel =
                    FileChannel.open(
                            temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (var bytes = ByteBuffer.wrap(content); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            moveSynced(temporary, path);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Moves a file whose bytes are synced to its place. */
    void moveSynced(Path from, Path to) throws IOException {
        Path directory = directoryOf(to);
        makeDirectory(directory);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(directory);
    }

    /** Makes a directory with its parents, each in a state that survives a crash. */
    static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        makeDirectory(directoryOf(directory));
        try {
            Files.createDirectory(directory);
            sync(directoryOf(directory));
        } catch (FileAlreadyExistsException _) {
            // Another request made it meanwhile.
        }
    }

    static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            channel.force(true);
        }
    }

    /** Deletes a file and the directories above it that become empty, up to {@code top}. */
    static boolean deleteUpTo(Path file, Path top) throws IOException {
        boolean deleted = Files.deleteIfExists(file);
        for (Path at = directoryOf(file); !at.equals(top); at = directoryOf(at)) {
            try {
                Files.deleteIfExists(at);
            } catch (DirectoryNotEmptyException _) {
                return deleted;
            }
        }
        return deleted;
    }

    /** Deletes a directory of files with all that is in it. */
    static void deleteTree(Path directory) throws IOException {
        for (Path child : list(directory)) {
            if (Files.isDirectory(child, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                deleteTree(child);
            } else {
                Files.deleteIfExists(child);
            }
        }
        Files.deleteIfExists(directory);
    }

    /** What is in a directory, in no order; nothing if there is no such directory. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(entries.toList());
        } catch (NoSuchFileException | java.nio.file.NotDirectoryException _) {
            return List.of();
        }
    }

    /** Marks a file as used now; whether it is there. */
    static boolean touch(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** When a file was last used; the beginning of time if it is not there. */
    static Instant lastUse(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException _) {
            return Instant.EPOCH;
        }
    }

    private static Path directoryOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no directory");
        }
        return parent;
    }
}
