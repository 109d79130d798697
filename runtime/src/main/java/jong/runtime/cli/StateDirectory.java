package jong.runtime.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import jong.oci.runtime.Spec;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException.AlreadyExists;
import jong.wire.status.StatusException.NotFound;

/**
 * One container's files: {@code state.json}, the copy of its configuration as it was when it was
 * made, {@code exec.fifo} until it is started, {@code notify} with a socket for its service manager
 * if the caller has one, and {@code lock}.
 *
 * <p>Its existence claims the id. Whoever changes the container holds the lock meanwhile; reading
 * needs none, since files appear whole.
 *
 * @param path absolute
 */
record StateDirectory(Path path) {

    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
    private static final FileAttribute<Set<PosixFilePermission>> OPEN_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Makes it. */
    void create() throws IOException {
        try {
            Files.createDirectory(path, DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExists("container with given ID already exists");
        }
    }

    /** The right to change the container; given back by closing. */
    static final class Lock implements AutoCloseable {
        private final FileChannel channel;
        private final FileLock lock;

        private Lock(FileChannel channel, FileLock lock) {
            this.channel = channel;
            this.lock = lock;
        }

        @Override
        public void close() throws IOException {
            lock.release();
            channel.close();
        }
    }

    /**
     * Waits for the right to change the container.
     *
     * @throws NotFound if it does not exist, also if it was deleted meanwhile
     */
    Lock lock() throws IOException {
        Path file = path.resolve("lock");
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            FILE);
        } catch (NoSuchFileException e) {
            throw missing();
        }
        Optional<Object> opened = identity(file);
        var lock = new Lock(channel, channel.lock());
        if (opened.isEmpty() || !opened.equals(identity(file))) {
            lock.close();
            throw missing();
        }
        return lock;
    }

    /** Which file it is: while we waited, the id may have become another container's. */
    private static Optional<Object> identity(Path file) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static NotFound missing() {
        return new NotFound("container does not exist");
    }

    Path fifo() {
        return path.resolve("exec.fifo");
    }

    /** Where the container's socket for its service manager is, if it has one. */
    Path notifyPath() {
        return path.resolve("notify");
    }

    /** Makes that; also users of the container's own must reach the socket. */
    void createNotify() throws IOException {
        Files.createDirectory(notifyPath(), OPEN_DIRECTORY);
    }

    /** Whether a creation was cut short, or is under way. */
    boolean unfinished() {
        return Files.isDirectory(path) && !Files.exists(path.resolve("state.json"));
    }

    /** Whether the first process still waits for its start. */
    boolean unstarted() {
        return Files.exists(fifo());
    }

    /**
     * The container's state.
     *
     * @throws NotFound if there is none: there is no such container, or it is not made yet
     * @throws JsonException if it was damaged
     */
    State state() throws IOException {
        Path file = path.resolve("state.json");
        try {
            return State.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw missing();
        } catch (JsonException e) {
            throw new JsonException(file + ": " + e.getMessage(), e);
        }
    }

    void writeState(State state) throws IOException {
        write("state.json", state.json());
    }

    /** The configuration; what the bundle says by now does not count. */
    Spec spec() throws IOException {
        return new Spec(Json.parseObject(Files.readAllBytes(path.resolve("config.json"))));
    }

    void writeSpec(byte[] json) throws IOException {
        write("config.json", json);
    }

    /** Whole or not at all. What a run that was killed left of it goes first. */
    private void write(String name, byte[] bytes) throws IOException {
        Path unfinished = path.resolve(name + ".tmp");
        Files.deleteIfExists(unfinished);
        try (FileChannel file =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE)) {
            var rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                // On a disk that is nearly full, a part is written before the error comes.
                file.write(rest);
            }
        } catch (IOException e) {
            throw new IOException("write " + unfinished + ": " + e.getMessage(), e);
        }
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes it with what it holds; {@code state.json} first: from then on there is nothing. */
    void delete() throws IOException {
        Files.deleteIfExists(path.resolve("state.json"));
        deleteTree(path);
    }

    private static void deleteTree(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    deleteTree(file);
                } else {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(directory);
    }
}
