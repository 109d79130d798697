package jong.linux.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;

/**
 * One control group: a directory of a hierarchy.
 *
 * @param directory its absolute path
 */
public record Cgroup(Path directory) {
    private static final int BUFFER_BYTES = 4096;

    /** Whether the group exists. */
    public boolean exists() {
        return Files.isDirectory(directory);
    }

    /** A group below this one. */
    public Cgroup child(String name) {
        return new Cgroup(directory.resolve(name));
    }

    /** Creates the group and those above that are missing; an existing one is fine. */
    public void create() throws IOException {
        Files.createDirectories(directory);
    }

    /** The groups directly below; none when this one does not exist. */
    public List<Cgroup> children() throws ErrnoException {
        try (var open = Directory.open(directory)) {
            return open.list().stream()
                    .filter(entry -> entry.type() == FileType.DIRECTORY)
                    .map(DirectoryEntry::name)
                    .map(this::child)
                    .toList();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return List.of();
            }
            throw e;
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
        var parent = directory.getParent();
        var name = directory.getFileName();
        if (parent == null || name == null) {
            throw new ErrnoException("rmdir", directory.toString(), Errno.EBUSY.number());
        }
        try (var open = Directory.open(parent)) {
            open.removeDirectory(name.toString());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** The content of a file of the group, without the last end of line. */
    public String read(String file) throws ErrnoException {
        try (var open = Fd.open(directory.resolve(file), OpenHow.reading())) {
            var content = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (open.read(buffer) > 0) {
                content.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            return content.toString(UTF_8).stripTrailing();
        }
    }

    /** Writes a file of the group, in one write(2), as control files want it. */
    public void write(String file, String value) throws ErrnoException {
        try (var open = Fd.open(directory.resolve(file), OpenHow.writing())) {
            open.write(ByteBuffer.wrap(value.getBytes(UTF_8)));
        } catch (ErrnoException e) {
            var arguments = directory.resolve(file) + " \"" + value + "\"";
            throw new ErrnoException(e.call(), arguments, e.number());
        }
    }

    /** Whether the group has a file of that name. */
    public boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    /** The ids of the processes in the group, not of those in groups below. */
    public List<Integer> processes() throws ErrnoException {
        return read("cgroup.procs").lines().map(Integer::valueOf).toList();
    }
}
