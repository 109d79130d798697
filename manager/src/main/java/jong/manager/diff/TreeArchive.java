package jong.manager.diff;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryListing;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarException;
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
 * filled up with zeros, and one that vanishes is left out. What cannot be packed below a directory,
 * and what has a path that the kernel does not take, is told to {@link Unpacked}. Used by one
 * thread.
 *
 * <pre>{@code
 * try (var tar = new TarWriter(out); var root = Directory.open(mounted.root())) {
 *     new TreeArchive(tar).addContent("", root);            // docker export
 * }
 * new TreeArchive(tar).addDirectory("conf", nginx);         // docker cp: etc/nginx as "conf"
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

    /** PATH_MAX, without the final NUL: what has a longer path, nobody reaches by it. */
    private static final int LONGEST_PATH = 4095;

    private final TarWriter tar;
    private final Unpacked unpacked;

    /** The first names of files with several links. */
    private final Map<FileId, String> linked = new HashMap<>();

    private long linkedBytes;

    /** What a file is the same by. */
    private record FileId(long device, long inode) {}

    /** Hears of files below a directory that cannot be packed, of which nothing is written. */
    @FunctionalInterface
    public interface Unpacked {

        /**
         * Passes a file over, or ends it all by throwing.
         *
         * @param target its name in the archive
         */
        void passOver(String target, IOException why) throws IOException;
    }

    /** A file that was looked at; without an entry it has no place in an archive. */
    private record Packed(Stat stat, @Nullable TarEntry entry, InputStream content)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /** The writer stays the caller's. The first file that cannot be packed ends it all. */
    public TreeArchive(TarWriter tar) {
        this(
                tar,
                (_, why) -> {
                    throw why;
                });
    }

    /** The writer stays the caller's. */
    public TreeArchive(TarWriter tar, Unpacked unpacked) {
        this.tar = tar;
        this.unpacked = unpacked;
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
        try (Packed file = look(target, parent, name)) {
            write(file);
            return file.stat().type();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT && parent.statIfExists(name).isEmpty()) {
                return FileType.UNKNOWN;
            }
            throw e;
        }
    }

    /**
     * Adds an open directory and all that is in it.
     *
     * @param target its name in the archive, without a slash at the end; with {@code ""}, all names
     *     begin with a slash
     */
    public void addDirectory(String target, Directory directory) throws IOException {
        try (Packed file = look(target, directory.fd())) {
            write(file);
        }
        addContent(target.isEmpty() ? "/" : target, directory);
    }

    /**
     * Adds all that is in a directory, but not the directory itself.
     *
     * @param target the directory's name in the archive; {@code ""} puts its files at the top,
     *     {@code "/"} below a slash
     */
    public void addContent(String target, Directory directory) throws IOException {
        var top = new Level(target, directory);
        try {
            TreeWalk.walk(top);
        } finally {
            top.listing.close();
        }
    }

    /** A directory whose content is being added. */
    private final class Level implements TreeWalk.Node {

        private final String prefix;
        private final Directory directory;
        private final DirectoryListing listing;
        private boolean told;

        Level(String target, Directory directory) throws IOException {
            this.prefix = target.isEmpty() || target.endsWith("/") ? target : target + "/";
            this.directory = directory;
            this.listing = directory.listing();
        }

        @Override
        public List<String> more() {
            if (told) {
                return List.of();
            }
            told = true;
            return listing.entries().stream().map(DirectoryEntry::name).sorted().toList();
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
            String target = prefix + name;
            Packed file;
            Optional<Level> below = Optional.empty();
            try {
                file = look(target, directory, name);
                if (file.stat().type() == FileType.DIRECTORY) {
                    below = Optional.of(open(target, name));
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT || directory.statIfExists(name).isPresent()) {
                    unpacked.passOver(target, e);
                }
                return Optional.empty();
            }
            try (file) {
                write(file);
                return below;
            } catch (TarException e) { // It was refused before anything of it was written.
                below.ifPresent(Level::close);
                unpacked.passOver(target, e);
                return Optional.empty();
            } catch (IOException | RuntimeException e) {
                below.ifPresent(Level::close);
                throw e;
            }
        }

        private Level open(String target, String name) throws IOException {
            Directory below = directory.openDirectory(name, CHILD);
            try {
                return new Level(target, below);
            } catch (IOException e) {
                below.close();
                throw e;
            }
        }

        @Override
        public void close() {
            listing.close();
            directory.close();
        }
    }

    private Packed look(String target, Directory parent, String name) throws IOException {
        try (Fd file = parent.open(name, NAME)) {
            return look(target, file);
        }
    }

    /** Learns all that the archive says of a file, and opens its content. */
    private Packed look(String target, Fd file) throws IOException {
        if (target.length() > LONGEST_PATH) {
            throw new ErrnoException("lstat", target, Errno.ENAMETOOLONG.number());
        }
        Stat stat = file.stat();
        InputStream nothing = InputStream.nullInputStream();
        if (stat.type() == FileType.SOCKET) {
            return new Packed(stat, null, nothing); // docker leaves them out too.
        }
        boolean severalNames = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
        String first = severalNames ? linked.get(new FileId(stat.device(), stat.inode())) : null;
        if (first != null) {
            TarEntry entry = entry(target, TarEntry.Type.HARD_LINK, stat, first, file);
            return new Packed(stat, entry, nothing);
        }
        if (stat.type() == FileType.REGULAR) {
            TarEntry entry = entry(target, TarEntry.Type.FILE, stat, "", file);
            return new Packed(stat, entry, new FileContent(file, stat.size()));
        }
        String name = stat.type() == FileType.DIRECTORY ? target + "/" : target;
        String link = stat.type() == FileType.SYMLINK ? file.readSymlink() : "";
        return new Packed(stat, entry(name, type(stat), stat, link, file), nothing);
    }

    private void write(Packed file) throws IOException {
        TarEntry entry = file.entry();
        if (entry == null) {
            return;
        }
        tar.write(entry, file.content());
        Stat stat = file.stat();
        if (stat.links() > 1 && stat.type() != FileType.DIRECTORY) {
            remember(stat, entry.name());
        }
    }

    /** Keeps the first name of a file with several, of which there are only so many. */
    private void remember(Stat stat, String name) throws IOException {
        if (linked.putIfAbsent(new FileId(stat.device(), stat.inode()), name) == null) {
            linkedBytes += LINKED_BYTES + 2L * name.length();
        }
        if (linkedBytes > MOST_LINKED_BYTES) {
            throw new IOException("too many files with several names, at " + name);
        }
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
