package jong.manager.diff;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the files of open directories into a tar archive, as {@code docker commit}, {@code export}
 * and {@code cp} do.
 *
 * <p>Equal trees give equal bytes: names are sorted, times of modification are cut to seconds as
 * dockerd cuts them, and no other time, no user name and no inode number goes in. A file with
 * several names is stored under the first and linked under the others. Of the extended attributes
 * those are stored that belong to the file wherever it lies: capabilities, access control lists,
 * {@code user.} and {@code trusted.}, but none of overlayfs's own. Sockets are left out.
 *
 * <p>The tree may be in use. Everything about a file comes from one descriptor, which is opened
 * without following a link and without effect on a device; a file that becomes shorter meanwhile is
 * filled up with zeros, and one that vanishes is left out. Used by one thread.
 *
 * <pre>{@code
 * try (var tar = new TarWriter(out); var root = Directory.open(mounted.root())) {
 *     new TreeArchive(tar).addContent("", root);            // docker export
 * }
 * new TreeArchive(tar).addTree("conf", etc, "nginx");       // docker cp: etc/nginx as "conf"
 * }</pre>
 */
public final class TreeArchive {

    private static final long NANOS = 1_000_000_000L;

    /** Of the heap, for the first names of files with several: 150,000 usual names. */
    private static final long MOST_LINKED_BYTES = 32 << 20;

    /** A place in a map, what a file is known by, and a string. */
    private static final int LINKED_BYTES = 150;

    private static final OpenHow NAME = OpenHow.path().withoutFollowing();
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private final TarWriter tar;

    /** The first names of files with several links. */
    private final Map<FileId, String> linked = new HashMap<>();

    private long linkedBytes;

    /** What a file is the same by. */
    private record FileId(long device, long inode) {}

    /** The writer stays the caller's. */
    public TreeArchive(TarWriter tar) {
        this.tar = tar;
    }

    /**
     * Adds one file; of a directory, not what is in it.
     *
     * @param target its name in the archive, without a slash at the end
     * @param parent the directory that it is in
     * @param name a single name
     * @return what it was; {@link FileType#UNKNOWN} if it vanished
     */
    public FileType addFile(String target, Directory parent, String name) throws IOException {
        try (Fd file = parent.open(name, NAME)) {
            Stat stat = file.stat();
            add(target, file, stat);
            return stat.type();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT && parent.statIfExists(name).isEmpty()) {
                return FileType.UNKNOWN;
            }
            throw e;
        }
    }

    /** Adds a file and, if it is a directory, all below it; otherwise as {@link #addFile}. */
    public void addTree(String target, Directory parent, String name) throws IOException {
        if (addFile(target, parent, name) == FileType.DIRECTORY) {
            try (Directory directory = parent.openDirectory(name, CHILD)) {
                addContent(target, directory);
            }
        }
    }

    /**
     * Adds an open directory and all that is in it.
     *
     * @param target its name in the archive, without a slash at the end; with {@code ""}, all names
     *     begin with a slash
     */
    public void addDirectory(String target, Directory directory) throws IOException {
        add(target, directory.fd(), directory.fd().stat());
        addContent(target.isEmpty() ? "/" : target, directory);
    }

    /**
     * Adds all that is in a directory, but not the directory itself.
     *
     * @param target the directory's name in the archive; {@code ""} puts its files at the top,
     *     {@code "/"} below a slash
     */
    public void addContent(String target, Directory directory) throws IOException {
        String prefix = target.isEmpty() || target.endsWith("/") ? target : target + "/";
        try (var listing = directory.listing()) {
            List<String> names =
                    listing.entries().stream()
                            .map(DirectoryEntry::name)
                            .sorted(Comparator.naturalOrder())
                            .toList();
            for (String name : names) {
                addTree(prefix + name, directory, name);
            }
        }
    }

    private void add(String target, Fd file, Stat stat) throws IOException {
        if (stat.type() == FileType.SOCKET) {
            return; // No archive can hold one; docker leaves them out too.
        }
        boolean severalNames = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
        String first = severalNames ? firstName(target, stat) : null;
        if (first != null) {
            tar.write(entry(target, TarEntry.Type.HARD_LINK, stat, first, file));
        } else if (stat.type() == FileType.REGULAR) {
            TarEntry entry = entry(target, TarEntry.Type.FILE, stat, "", file);
            try (var content = new FileContent(file, stat.size())) {
                tar.write(entry, content);
            }
        } else {
            String name = stat.type() == FileType.DIRECTORY ? target + "/" : target;
            String link = stat.type() == FileType.SYMLINK ? file.readSymlink() : "";
            tar.write(entry(name, type(stat), stat, link, file));
        }
    }

    /** Null if the file had no name yet; it has this one then. */
    private @Nullable String firstName(String target, Stat stat) throws IOException {
        String first = linked.putIfAbsent(new FileId(stat.device(), stat.inode()), target);
        if (first == null) {
            linkedBytes += LINKED_BYTES + 2L * target.length();
        }
        if (linkedBytes > MOST_LINKED_BYTES) {
            throw new IOException("too many files with several names, at " + target);
        }
        return first;
    }

    private static TarEntry entry(String name, TarEntry.Type type, Stat stat, String link, Fd file)
            throws IOException {
        boolean device =
                type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        return new TarEntry(
                name,
                type,
                stat.permissions(),
                Integer.toUnsignedLong(stat.uid()),
                Integer.toUnsignedLong(stat.gid()),
                type == TarEntry.Type.FILE ? stat.size() : 0,
                Math.floorDiv(stat.modificationTimeNanos(), NANOS) * NANOS,
                link,
                device ? Device.major(stat.specialDevice()) : 0,
                device ? Device.minor(stat.specialDevice()) : 0,
                attributes(file),
                List.of());
    }

    private static TarEntry.Type type(Stat stat) {
        return switch (stat.type()) {
            case DIRECTORY -> TarEntry.Type.DIRECTORY;
            case SYMLINK -> TarEntry.Type.SYMLINK;
            case CHARACTER_DEVICE -> TarEntry.Type.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> TarEntry.Type.BLOCK_DEVICE;
            case FIFO -> TarEntry.Type.FIFO;
            case REGULAR, SOCKET, UNKNOWN -> throw new IllegalStateException(stat.toString());
        };
    }

    private static Map<String, byte[]> attributes(Fd file) throws IOException {
        Map<String, byte[]> attributes = new TreeMap<>();
        for (String name : file.attributes().names()) {
            if (isPortable(name)) {
                // One that vanished since has no value.
                file.attributes().get(name).ifPresent(value -> attributes.put(name, value));
            }
        }
        return attributes;
    }

    private static boolean isPortable(String attribute) {
        boolean overlays =
                attribute.startsWith("trusted.overlay.") || attribute.startsWith("user.overlay.");
        return !overlays
                && (attribute.equals("security.capability")
                        || attribute.startsWith("user.")
                        || attribute.startsWith("trusted.")
                        || attribute.startsWith("system.posix_acl_"));
    }
}
