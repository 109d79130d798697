package jong.manager.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.unpack.Compression;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException.Internal;

/**
 * Unpacks an archive into a directory that others may be changing, by dockerd's rules ({@code
 * archive.Unpack}): a file takes the place of what is there, a directory is merged with one.
 *
 * <p>Names are resolved by the kernel inside the root, so a symlink in the tree leads to another
 * place in it at most. What is written is opened once, without following, and handled by its
 * descriptor. Used by one thread.
 */
final class TreeExtract {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER_BYTES];
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();
    private static final OpenHow NAME = OpenHow.path().withoutFollowing();

    private final Directory root;
    private final Directory target;
    private final String base;
    private final Extraction how;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Modification times of directories, set last, because each entry changes them. */
    private final NavigableMap<String, Long> directoryTimes = new TreeMap<>();

    /**
     * Unpacks into one directory.
     *
     * @param root bounds all names
     * @param target where names without a directory go
     * @param base the path from root to target, without symlinks
     */
    TreeExtract(Directory root, Directory target, String base, Extraction how) {
        this.root = root;
        this.target = target;
        this.base = base;
        this.how = how;
    }

    /** Unpacks everything. What was unpacked before a failure stays. */
    void extract(InputStream archive) throws IOException {
        try (InputStream plain = Compression.decompressedBehind(archive, UnpackLimits.NONE)) {
            extract(new TarReader(new BufferedInputStream(plain, 1 << 16)));
        }
        for (Map.Entry<String, Long> time : directoryTimes.entrySet()) {
            long modified = time.getValue();
            if (time.getKey().equals(".")) {
                target.fd().setTimes(modified, modified);
                continue;
            }
            try (Directory parent = parent(time.getKey())) {
                parent.setTimes(EntryName.base(time.getKey()), modified, modified);
            }
        }
    }

    private void extract(TarReader tar) throws IOException {
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            String name = EntryName.clean(entry.name());
            if (name.startsWith("/")) {
                name = name.equals("/") ? "." : name.substring(1);
            }
            if (name.equals("..") || name.startsWith("../")) {
                throw new Internal("\"" + name + "\" is outside of \"" + base + "\"");
            }
            if (!name.equals(".")) {
                extractNamed(name, entry, tar.content());
            } else if (how.top() && entry.type() == TarEntry.Type.DIRECTORY) {
                describe(target.fd(), entry);
                directoryTimes.put(name, entry.modifiedNanos());
            }
        }
    }

    private void extractNamed(String name, TarEntry entry, InputStream content) throws IOException {
        try {
            extract(name, entry, content);
        } catch (ErrnoException e) {
            String path = EntryName.join(base, name);
            throw new Internal(e.call() + " " + path + ": " + e.errno().text(), e);
        }
    }

    private void extract(String name, TarEntry entry, InputStream content) throws IOException {
        String last = EntryName.base(name);
        try (Directory parent = parent(name)) {
            Optional<Stat> old = parent.statIfExists(last);
            boolean isDirectory = old.isPresent() && old.get().type() == FileType.DIRECTORY;
            boolean becomesDirectory = entry.type() == TarEntry.Type.DIRECTORY;
            if (old.isPresent() && how.keepKinds() && isDirectory != becomesDirectory) {
                throw new Internal(cannotOverwrite(name, isDirectory));
            }
            boolean merge = isDirectory && becomesDirectory;
            if (old.isPresent() && !merge) {
                remove(parent, name);
            }
            if (becomesDirectory) {
                if (!merge) {
                    parent.makeDirectory(last, 0700);
                }
                directoryTimes.put(name, entry.modifiedNanos());
                try (Fd directory = parent.open(last, CHILD)) {
                    describe(directory, entry);
                }
            } else {
                create(parent, last, entry, content);
            }
        }
    }

    /** The directory that a name is in, made if it is missing; for the caller to close. */
    private Directory parent(String name) throws IOException {
        String parent = EntryName.parent(name);
        return EntryName.isRoot(parent)
                ? target.openDirectory(".", OpenHow.directory())
                : Parents.make(root, EntryName.join(base, parent));
    }

    private String cannotOverwrite(String name, boolean isDirectory) {
        return isDirectory
                ? "cannot overwrite directory \"%s\" with non-directory \"%s\""
                        .formatted(EntryName.join(base, name), base)
                : "cannot overwrite non-directory \"%s\" with directory \"%s\""
                        .formatted(EntryName.join(base, name), base);
    }

    private void remove(Directory parent, String name) throws IOException {
        try {
            checkNotMounted(parent, EntryName.base(name));
            parent.removeTree(EntryName.base(name));
        } catch (ErrnoException e) {
            Errno errno = e.errno() == Errno.EXDEV ? Errno.EBUSY : e.errno();
            String path = EntryName.join(base, name);
            throw new Internal("unlinkat " + path + ": " + errno.text(), e);
        }
        directoryTimes.remove(name);
        directoryTimes.subMap(name + "/", name + "0").clear(); // 0 follows the slash.
    }

    /**
     * Makes sure that nothing is mounted on what is to be removed: for the kernel, a mount that is
     * not in this process's namespace is no obstacle, and goes with it.
     *
     * @throws ErrnoException EXDEV if something is
     */
    private static void checkNotMounted(Directory parent, String name) throws IOException {
        try (var reader = new DirectoryReader()) {
            Optional<OneMount> directory = OneMount.open(parent, name, reader);
            if (directory.isPresent()) {
                try (OneMount top = directory.get()) {
                    TreeWalk.walk(top);
                }
            }
        }
    }

    /** A directory below which only files of its own mount can be visited. */
    private record OneMount(Directory directory, DirectoryReader reader) implements TreeWalk.Node {

        /** Empty if the name is no directory. */
        static Optional<OneMount> open(Directory parent, String name, DirectoryReader reader)
                throws IOException {
            try (Fd file = parent.open(name, NAME.onOneMount())) {
                if (file.stat().type() != FileType.DIRECTORY) {
                    return Optional.empty();
                }
            }
            return Optional.of(
                    new OneMount(parent.openDirectory(name, CHILD.onOneMount()), reader));
        }

        @Override
        public List<String> more() throws IOException {
            return reader.next(directory).stream().map(DirectoryEntry::name).toList();
        }

        @Override
        public Optional<OneMount> visit(String name) throws IOException {
            return open(directory, name, reader);
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    private void create(Directory parent, String name, TarEntry entry, InputStream content)
            throws IOException {
        switch (entry.type()) {
            case FILE -> {
                try (Fd file = parent.create(name, 0600)) {
                    copy(content, file, entry);
                    describe(file, entry);
                    file.setTimes(entry.modifiedNanos(), entry.modifiedNanos());
                }
            }
            case HARD_LINK -> link(parent, name, entry.linkName());
            case SYMLINK -> {
                checkSymlink(entry);
                parent.makeSymlink(name, entry.linkName());
                describe(parent, name, entry);
            }
            case CHARACTER_DEVICE -> makeNode(parent, name, FileType.CHARACTER_DEVICE, entry);
            case BLOCK_DEVICE -> makeNode(parent, name, FileType.BLOCK_DEVICE, entry);
            case FIFO -> makeNode(parent, name, FileType.FIFO, entry);
            case DIRECTORY -> throw new IllegalArgumentException(name);
        }
    }

    private void copy(InputStream content, Fd file, TarEntry entry) throws IOException {
        if (entry.chunks().isEmpty() && how.top()) {
            copyWithHoles(content, file, entry.size());
            return;
        }
        if (entry.chunks().isEmpty()) {
            for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
                file.writeFully(ByteBuffer.wrap(buffer, 0, n));
            }
            return;
        }
        for (TarEntry.Chunk chunk : entry.chunks()) {
            long end = chunk.offset() + chunk.length();
            for (long at = chunk.offset(); at < end; ) {
                int n = content.read(buffer, 0, (int) Math.min(BUFFER_BYTES, end - at));
                for (var bytes = ByteBuffer.wrap(buffer, 0, n); bytes.hasRemaining(); ) {
                    at += file.writeAt(bytes, at);
                }
            }
        }
        file.truncate(entry.size());
    }

    /** Blocks of zeros become holes, as the archive does not say whether they were some. */
    private void copyWithHoles(InputStream content, Fd file, long size) throws IOException {
        for (long at = 0; at < size; ) {
            int n = content.readNBytes(buffer, 0, BUFFER_BYTES);
            if (n == 0) {
                break; // The reader has told of an archive that ends too early.
            }
            boolean zeros = Arrays.mismatch(buffer, 0, n, ZEROS, 0, n) < 0;
            for (var bytes = ByteBuffer.wrap(buffer, 0, n); !zeros && bytes.hasRemaining(); ) {
                file.writeAt(bytes, at + bytes.position());
            }
            at += n;
        }
        file.truncate(size);
    }

    private void makeNode(Directory parent, String name, FileType type, TarEntry entry)
            throws IOException {
        long device =
                type == FileType.FIFO ? 0 : Device.of(entry.deviceMajor(), entry.deviceMinor());
        parent.makeNode(name, type, 0600, device);
        describe(parent, name, entry);
    }

    /** A link's target is named from the archive's top; its attributes are the target's. */
    private void link(Directory parent, String name, String target) throws IOException {
        String path = EntryName.join(base, target);
        if (isOutside(path)) {
            throw new Internal("invalid hardlink \"" + path + "\" -> \"" + target + "\"");
        }
        try (Directory directory = Parents.open(root, EntryName.parent(path))) {
            parent.makeLink(name, directory, EntryName.base(path));
        } catch (ErrnoException e) {
            throw new Internal("link " + path + " " + name + ": " + e.errno().text(), e);
        }
    }

    /** A relative link may not leave the target, so that later entries do not go through it. */
    private void checkSymlink(TarEntry entry) {
        String name = EntryName.join(base, entry.name());
        if (isOutside(EntryName.join(EntryName.parent(name), entry.linkName()))) {
            throw new Internal("invalid symlink \"" + name + "\" -> \"" + entry.linkName() + "\"");
        }
    }

    private boolean isOutside(String path) {
        return !base.equals("/") && !(path + "/").startsWith(base + "/");
    }

    /** Owner, then permissions, which a change of owner lessens, then capabilities. */
    private void describe(Fd file, TarEntry entry) throws IOException {
        file.changeOwner(uid(entry), gid(entry));
        file.changeMode(entry.permissions());
        setAttributes(file, entry);
    }

    /** For what cannot be opened: symlinks, devices, pipes. */
    private void describe(Directory parent, String name, TarEntry entry) throws IOException {
        parent.changeOwner(name, uid(entry), gid(entry));
        if (entry.type() != TarEntry.Type.SYMLINK) {
            parent.changeMode(name, entry.permissions());
        }
        if (!entry.attributes().isEmpty()) {
            try (Fd file = parent.open(name, NAME)) {
                setAttributes(file, entry);
            }
        }
        parent.setTimes(name, entry.modifiedNanos(), entry.modifiedNanos());
    }

    private static void setAttributes(Fd file, TarEntry entry) throws IOException {
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            String name = attribute.getKey();
            // overlayfs believes its own attributes: an archive may not write them.
            if (!name.startsWith("trusted.overlay.") && !name.startsWith("user.overlay.")) {
                setAttribute(file, name, attribute.getValue());
            }
        }
    }

    /** As docker: file systems may lack attributes, and symlinks have none of the user's. */
    private static void setAttribute(Fd file, String name, byte[] value) throws IOException {
        try {
            file.attributes().set(name, value);
        } catch (ErrnoException e) {
            boolean usersOwn = name.startsWith("user.") && e.errno() == Errno.EPERM;
            if (e.errno() != Errno.EOPNOTSUPP && !usersOwn) {
                throw e;
            }
        }
    }

    private int uid(TarEntry entry) {
        return how.owner().map(Extraction.Owner::uid).orElse((int) entry.uid());
    }

    private int gid(TarEntry entry) {
        return how.owner().map(Extraction.Owner::gid).orElse((int) entry.gid());
    }
}
