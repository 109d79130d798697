package jong.manager.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.manager.diff.TreeArchive;
import jong.manager.tar.TarWriter;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/**
 * What Docker's archive API does with the files below a root: look, pack, unpack.
 *
 * <p>Paths start at the root, with or without a slash, and no symlink leads out of it, even if it
 * is made in the middle of the work. A last part that is a symlink is meant itself, unless the path
 * ends in {@code /} or {@code /.}.
 */
public final class RootFiles {

    private static final System.Logger LOG = System.getLogger(RootFiles.class.getName());

    private static final int MOST_LINKS = 255;
    private static final int LOGGED = 256;
    private static final OpenHow ITSELF = OpenHow.path().withoutFollowing().inRoot();
    private static final OpenHow DIRECTORY = OpenHow.directory().withoutFollowing().inRoot();
    private static final OpenHow INSIDE = OpenHow.directory().inRoot();

    private final Directory root;

    /** The root stays the caller's. */
    RootFiles(Directory root) {
        this.root = root;
    }

    /**
     * Looks at a file.
     *
     * @throws NotFound if there is none
     */
    public PathStat stat(String path) throws IOException {
        try (Fd file = root.open(path, ITSELF)) {
            boolean link = file.stat().type() == FileType.SYMLINK;
            return new PathStat(EntryName.base(path), file.stat(), link ? follow(path) : "");
        } catch (ErrnoException e) {
            throw refusal("lstat", path, e);
        }
    }

    /** The path that {@link #write} packs, as its {@link PathStat} names it. */
    public static String cleaned(String path) {
        return EntryName.absolute(path);
    }

    /**
     * Packs a file, or a directory with all below it, as {@code docker cp} gets it: named by the
     * last part of the path. Below a directory, what cannot be read is left out, and logged.
     *
     * @param path as {@link #cleaned} gave it
     * @param out should be buffered; flushed and left open. An archive that failed half way has no
     *     end, so that nobody takes it for a whole one
     */
    public void write(String path, OutputStream out) throws IOException {
        String name = EntryName.base(path);
        var tar = new TarWriter(out);
        var archive = new TreeArchive(tar, RootFiles::passOver);
        if (stat(path).stat().type() == FileType.DIRECTORY) {
            try (Directory directory = root.openDirectory(path, DIRECTORY)) {
                archive.addDirectory(name.equals("/") ? "" : name, directory);
            }
        } else {
            try (Directory parent = Parents.open(root, EntryName.parent(path))) {
                archive.addFile(name, parent, name);
            }
        }
        tar.close();
    }

    /**
     * Packs all files, as {@code docker export} does: their names begin below the root. What cannot
     * be read, and a failure half way, is as with {@link #write}.
     */
    public void writeAll(OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        new TreeArchive(tar, RootFiles::passOver).addContent("", root);
        tar.close();
    }

    private static void passOver(String target, IOException why) {
        LOG.log(
                Level.WARNING,
                "cannot add file {0} to tar: {1}",
                brief(target),
                brief(String.valueOf(why.getMessage())));
    }

    /** Not more than is good for a log: the name is the container's. */
    private static String brief(String text) {
        return text.length() > LOGGED ? text.substring(0, LOGGED) + "..." : text;
    }

    /**
     * The directory that a path leads to, without symlinks.
     *
     * @throws NotFound if there is nothing
     * @throws Internal with docker's text if it is no directory
     */
    public String directory(String path) throws IOException {
        String absolute = EntryName.absolute(path);
        try (Fd found = root.open(EntryName.join("/", path), OpenHow.path().inRoot())) {
            if (found.stat().type() != FileType.DIRECTORY) {
                throw new Internal("extraction point is not a directory");
            }
            return follow(path);
        } catch (ErrnoException e) {
            throw refusal("lstat", absolute, e);
        }
    }

    /**
     * Unpacks an archive into a directory, compressed or not.
     *
     * @param directory as {@link #directory} gave it
     */
    public void extract(String directory, InputStream archive, Extraction how) throws IOException {
        try (Directory target = root.openDirectory(directory, INSIDE)) {
            new TreeExtract(root, target, directory, how).extract(archive);
        }
    }

    /**
     * The file's bytes, of which there may be no more than {@code limit}. Only regular files are
     * opened: the container makes devices, and opening one does something to it.
     */
    Optional<byte[]> read(String path, int limit) throws IOException {
        try (Fd place = root.open(path, OpenHow.path().inRoot())) {
            Stat stat = place.stat();
            if (stat.type() != FileType.REGULAR || stat.size() > limit) {
                return Optional.empty();
            }
            try (Fd file = Fd.open(Path.of(place.procPath()), OpenHow.reading())) {
                var buffer = ByteBuffer.allocate((int) stat.size());
                while (buffer.hasRemaining() && file.read(buffer) > 0) {}
                return Optional.of(Arrays.copyOf(buffer.array(), buffer.position()));
            }
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** By text, part by part: what is not there is taken as it stands. */
    private String follow(String path) throws IOException {
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(path.split("/")));
        String done = "";
        int links = 0;
        while (!rest.isEmpty()) {
            String part = rest.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            String next = EntryName.join(done, part);
            Optional<String> target = part.equals("..") ? Optional.empty() : link(next);
            if (target.isEmpty()) {
                done = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new Internal("too many links in " + path);
            }
            done = target.get().startsWith("/") ? "" : done;
            Arrays.asList(target.get().split("/")).reversed().forEach(rest::addFirst);
        }
        return done.isEmpty() ? "/" : done;
    }

    private Optional<String> link(String path) throws IOException {
        try (Directory parent = Parents.open(root, EntryName.parent(path))) {
            String name = EntryName.base(path);
            return parent.statIfExists(name)
                            .filter(stat -> stat.type() == FileType.SYMLINK)
                            .isPresent()
                    ? Optional.of(parent.readSymlink(name))
                    : Optional.empty();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static StatusException refusal(String call, String path, ErrnoException e) {
        String message = call + " " + path + ": " + e.errno().text();
        return e.errno() == Errno.ENOENT ? new NotFound(message, e) : new Internal(message, e);
    }
}
