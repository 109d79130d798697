package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.Fd;
import jong.linux.files.FileCopy;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;

/**
 * Copies a directory tree with all that belongs to it: owners, permissions, times, extended
 * attributes, hard links, holes, devices. Extended attributes that the target's file system does
 * not have are left out, as docker leaves them.
 *
 * <p>Names are foreign, and may be given to other files meanwhile. Each is looked up once, without
 * following a link; what is found is opened by its descriptor, and only if it is a file or
 * directory: opening a FIFO would wait, and a device may do anything.
 */
public final class TreeCopy {

    private static final OpenHow NAME = OpenHow.path().withoutFollowing();
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private final Directory root;
    private final DirectoryReader reader;
    private final FileCopy.Listener listener;
    private final Owners owners;
    private final Journal journal;

    /** The first names, from the root, of files that have several. */
    private final Map<FileId, String> linked = new HashMap<>();

    /** What a file is the same by. */
    private record FileId(long device, long inode) {}

    /** Who a copy belongs to. */
    public interface Owners {

        /** Those of the original. */
        Owners SAME = stat -> stat;

        /**
         * The same file with the owner and the group of its copy.
         *
         * @throws IOException if there can be none
         */
        Stat ofCopy(Stat original) throws IOException;
    }

    /** Is told of what is made, by paths in the target. */
    interface Journal {

        /** Keeps nothing. */
        Journal NONE = _ -> {};

        /** From now on the copy may have made this. */
        void making(String path);

        /** It was there: the copy has not made what it told of last. */
        default void foreign() {}
    }

    private TreeCopy(
            Directory root,
            DirectoryReader reader,
            FileCopy.Listener listener,
            Owners owners,
            Journal journal) {
        this.root = root;
        this.reader = reader;
        this.listener = listener;
        this.owners = owners;
        this.journal = journal;
    }

    static void copy(Path from, Path to) throws IOException {
        try (var source = Directory.open(from);
                var target = Directory.open(to)) {
            copy(source, target);
        }
    }

    /** Copies what is in a directory, and the directory's own attributes, onto an empty one. */
    public static void copy(Directory from, Directory to) throws IOException {
        copy(from, to, FileCopy.Listener.NONE);
    }

    /** As {@link #copy(Directory, Directory)}, telling of the bytes of regular files. */
    public static void copy(Directory from, Directory to, FileCopy.Listener listener)
            throws IOException {
        copy(from, to, listener, Owners.SAME, Journal.NONE);
    }

    /** As {@link #copy(Directory, Directory)}, for other owners. Access lists stay as they are. */
    public static void copyAs(Directory from, Directory to, Owners owners) throws IOException {
        copy(from, to, FileCopy.Listener.NONE, owners, Journal.NONE);
    }

    /**
     * As {@link #copyAs}, into a directory that others may write into meanwhile. A copy that fails
     * removes what it has made, and nothing else.
     */
    public static void copyOrUndo(Directory from, Directory to, Owners owners) throws IOException {
        var made = new MadeFiles();
        try {
            copy(from, to, FileCopy.Listener.NONE, owners, made);
        } catch (IOException e) {
            made.remove(to, e);
            throw e;
        }
    }

    private static void copy(
            Directory from,
            Directory to,
            FileCopy.Listener listener,
            Owners owners,
            Journal journal)
            throws IOException {
        try (var reader = new DirectoryReader()) {
            var copy = new TreeCopy(to, reader, listener, owners, journal);
            TreeWalk.walk(copy.new Level("", from, to));
        }
    }

    /** A directory whose content is being copied. */
    private final class Level implements TreeWalk.Node {

        private final String path;
        private final Directory from;
        private final Directory to;

        Level(String path, Directory from, Directory to) {
            this.path = path;
            this.from = from;
            this.to = to;
        }

        @Override
        public List<String> more() throws IOException {
            return reader.next(from).stream().map(DirectoryEntry::name).toList();
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
            String own = path.isEmpty() ? name : path + "/" + name;
            try (Fd file = from.open(name, NAME)) {
                return visit(own, name, file);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EEXIST) { // Only making a name can end so.
                    journal.foreign();
                }
                if (e.errno() != Errno.ENOENT || from.statIfExists(name).isPresent()) {
                    throw e;
                }
                linked.values().remove(own); // Somebody works there, and has removed it.
                to.removeTree(name);
                return Optional.empty();
            }
        }

        private Optional<Level> visit(String own, String name, Fd file) throws IOException {
            Stat stat = owners.ofCopy(file.stat());
            journal.making(own);
            if (stat.type() == FileType.DIRECTORY) {
                to.makeDirectory(name, stat.permissions());
                return Optional.of(open(own, name, file));
            }
            String first =
                    stat.links() > 1
                            ? linked.putIfAbsent(new FileId(stat.device(), stat.inode()), own)
                            : null;
            if (first == null) {
                copyFile(name, stat, file, to);
            } else {
                link(first, name, to);
            }
            return Optional.empty();
        }

        private Level open(String own, String name, Fd file) throws IOException {
            Directory source = Directory.open(Path.of(file.procPath()));
            try {
                return new Level(own, source, to.openDirectory(name, CHILD));
            } catch (IOException e) {
                source.close();
                throw e;
            }
        }

        @Override
        public void leave() throws IOException {
            copyAttributes(from.fd(), owners.ofCopy(from.fd().stat()), to.fd());
        }

        @Override
        public void close() {
            from.close();
            to.close();
        }
    }

    private void link(String first, String name, Directory to) throws IOException {
        int slash = first.lastIndexOf('/');
        String parent = slash < 0 ? "." : first.substring(0, slash);
        try (var directory = root.openDirectory(parent, OpenHow.directory().withoutSymlinks())) {
            to.makeLink(name, directory, first.substring(slash + 1));
        }
    }

    private void copyFile(String name, Stat stat, Fd file, Directory to) throws IOException {
        switch (stat.type()) {
            case REGULAR -> {
                try (Fd source = Fd.open(Path.of(file.procPath()), OpenHow.reading());
                        Fd target = to.create(name, stat.permissions())) {
                    FileCopy.copy(source, target, stat.size(), listener);
                    copyAttributes(source, stat, target);
                }
            }
            case SYMLINK -> {
                to.makeSymlink(name, file.readSymlink());
                copyNamedAttributes(name, stat, file, to);
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {
                to.makeNode(name, stat.type(), stat.permissions(), stat.specialDevice());
                copyNamedAttributes(name, stat, file, to);
                to.changeMode(name, stat.permissions());
            }
            case DIRECTORY, UNKNOWN -> throw new IllegalStateException(stat.toString());
        }
    }

    private static void copyNamedAttributes(String name, Stat stat, Fd source, Directory to)
            throws IOException {
        to.changeOwner(name, stat.uid(), stat.gid());
        try (Fd target = to.open(name, NAME)) {
            copyExtended(source, target);
        }
        to.setTimes(name, stat.accessTimeNanos(), stat.modificationTimeNanos());
    }

    /** Of files that are open for more than their place: owner first, it clears set-id bits. */
    static void copyAttributes(Fd from, Stat stat, Fd to) throws IOException {
        to.changeOwner(stat.uid(), stat.gid());
        to.changeMode(stat.permissions());
        copyExtended(from, to);
        to.setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
    }

    private static void copyExtended(Fd from, Fd to) throws IOException {
        for (String name : from.attributes().names()) {
            Optional<byte[]> value = from.attributes().get(name);
            if (value.isPresent()) { // It may have vanished since.
                copyExtended(name, value.get(), to);
            }
        }
    }

    private static void copyExtended(String name, byte[] value, Fd to) throws IOException {
        try {
            to.attributes().set(name, value);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }
}
