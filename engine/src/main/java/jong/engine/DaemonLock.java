package jong.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jong.wire.status.StatusException.Unavailable;

/**
 * The right to work on a data root, which one daemon has at a time: a lock on the file {@code lock}
 * in it, given back by the kernel however the daemon ends. The pid file is only for people.
 */
final class DaemonLock implements AutoCloseable {

    private final FileChannel channel;
    private final Path pidFile;

    private DaemonLock(FileChannel channel, Path pidFile) {
        this.channel = channel;
        this.pidFile = pidFile;
    }

    /**
     * Takes the lock and writes the pid file.
     *
     * @throws Unavailable if another daemon has the data root
     */
    static DaemonLock take(Path dataRoot, Path pidFile) throws IOException {
        Path file = dataRoot.resolve("lock");
        var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            String owner = Files.readString(file, UTF_8).strip();
            channel.close();
            throw new Unavailable(
                    "another jongd (process " + owner + ") works on the data root " + dataRoot);
        }
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
        Path parent = pidFile.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(pidFile, pid);
        return new DaemonLock(channel, pidFile);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(pidFile);
        channel.close();
    }
}
