package jong.linux.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import jong.linux.Errno;
import jong.linux.ErrnoException;

/**
 * One control group: a directory of a hierarchy.
 *
 * <p>It is reached by java.nio alone, not by calls of our own: a short-lived program that makes one
 * container would pay more for getting those ready than for all of its cgroup's files.
 *
 * @param directory its absolute path
 */
public record Cgroup(Path directory) {

    /** Whether the group exists. */
    public boolean exists() {
        return Files.isDirectory(directory);
    }

    /** A group below this one. */
    public Cgroup child(String name) {
        return new Cgroup(directory.resolve(name));
    }

    /** Creates the group and those above that are missing; an existing one is fine. */
    public void create() throws ErrnoException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw explained("mkdir", directory.toString(), e);
        }
    }

    /** The groups directly below; none when this one does not exist. */
    public List<Cgroup> children() throws ErrnoException {
        List<Cgroup> children = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(directory)) {
            for (var entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    children.add(new Cgroup(entry));
                }
            }
            return children;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw new ErrnoException("readdir", directory.toString(), Errno.EIO.number());
        } catch (IOException e) {
            throw explained("opendir", directory.toString(), e);
        }
    }

    /**
     * Removes the group and those below it; nothing when it does not exist.
     *
     * @throws ErrnoException EBUSY while one of them has processes
     */
    public void remove() throws ErrnoException {
        for (var child : children()) {
            child.remove();
        }
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw explained("rmdir", directory.toString(), e);
        }
    }

    /** The content of a file of the group, without the last end of line. */
    public String read(String file) throws ErrnoException {
        try {
            return Files.readString(directory.resolve(file), UTF_8).stripTrailing();
        } catch (IOException e) {
            throw explained("read", directory.resolve(file).toString(), e);
        }
    }

    /** Writes a file of the group, in one write(2), as control files want it. */
    public void write(String file, String value) throws ErrnoException {
        try (var open = Files.newByteChannel(directory.resolve(file), StandardOpenOption.WRITE)) {
            open.write(ByteBuffer.wrap(value.getBytes(UTF_8)));
        } catch (IOException e) {
            throw explained("write", directory.resolve(file) + " \"" + value + "\"", e);
        }
    }

    /** Whether the group has a file of that name. */
    public boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    /**
     * The ids of the processes in the group, not of those in groups below, unless those are
     * threaded (cgroup v2): the group above them tells for all.
     */
    public List<Integer> processes() throws ErrnoException {
        try {
            return numbers("cgroup.procs");
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
            return processesOf(numbers("cgroup.threads"));
        }
    }

    private List<Integer> numbers(String file) throws ErrnoException {
        return read(file).lines().map(Integer::valueOf).toList();
    }

    /** A threaded group knows only its threads; their processes are in procfs. */
    private static List<Integer> processesOf(List<Integer> threads) throws ErrnoException {
        var pids = new TreeSet<Integer>();
        for (int thread : threads) {
            try (var lines = Files.lines(Path.of("/proc/" + thread + "/status"))) {
                lines.filter(line -> line.startsWith("Tgid:"))
                        .map(line -> Integer.valueOf(line.substring("Tgid:".length()).strip()))
                        .forEach(pids::add);
            } catch (NoSuchFileException | UncheckedIOException e) {
                // It has ended meanwhile.
            } catch (IOException e) {
                throw explained("read", "/proc/" + thread + "/status", e);
            }
        }
        return List.copyOf(pids);
    }

    private static ErrnoException explained(String call, String arguments, IOException e) {
        var errno =
                switch (e) {
                    case NoSuchFileException _ -> Errno.ENOENT;
                    case AccessDeniedException _ -> Errno.EACCES;
                    case DirectoryNotEmptyException _ -> Errno.EBUSY;
                    case NotDirectoryException _ -> Errno.ENOTDIR;
                    default -> Errno.ofText(reason(e));
                };
        var explained =
                errno == Errno.UNKNOWN
                        ? new ErrnoException(call, arguments, 0, reason(e))
                        : new ErrnoException(call, arguments, errno.number());
        explained.initCause(e);
        return explained;
    }

    private static String reason(IOException e) {
        var reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }
}
