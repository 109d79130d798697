package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Device;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/**
 * Writes the entries of a layer into a directory, in overlayfs's form.
 *
 * <p>Everything happens below an open root and by single names in open directories: nothing that an
 * archive says leads outside. Attributes are set in the order owner, permissions (which a change of
 * owner lessens), extended attributes (capabilities, which it clears), times; the times of
 * directories last of all, because each entry changes them. Used by one thread.
 */
final class LayerWriter implements LayerTarget, AutoCloseable {

    static final String OPAQUE = "trusted.overlay.opaque";
    static final byte[] YES = {'y'};

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final OpenHow NAME = OpenHow.path().withoutFollowing();

    private final Directory root;
    private final OpenParents parents;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment nativeBuffer = arena.allocate(BUFFER_BYTES);
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Modification times of directories, by real path: symlinks in others may be replaced. */
    private final TreeMap<String, Long> directoryTimes = new TreeMap<>();

    /** Hard links to files that this layer does not have, and to which. */
    private final TreeMap<String, String> lowerLinks = new TreeMap<>();

    private final LayerMemory memory = new LayerMemory();
    private boolean rootMentioned;

    /** The root stays the caller's. */
    LayerWriter(Directory root) throws IOException {
        this.root = root;
        this.parents = new OpenParents(root, memory);
    }

    @Override
    public void write(EntryPath path, TarEntry entry, TarReader tar) throws IOException {
        if (path.isRoot()) {
            if (entry.type() == TarEntry.Type.DIRECTORY) {
                rootMentioned = true;
                directoryTimes.put("", entry.modifiedNanos());
                setAttributes(root.fd(), entry);
            }
            return;
        }
        Directory parent = parents.get(path.parent());
        if (!lowerLinks.isEmpty()) {
            lowerLinks.remove(path.toString());
        }
        if (entry.type() == TarEntry.Type.HARD_LINK) {
            // Its target may be missing here: what the link replaces goes first.
            if (parent.statIfExists(path.name()).isPresent()) {
                parent = clear(path, parent);
            }
            link(path, entry, parent);
            return;
        }
        try {
            create(path, entry, tar.content(), parent);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            replace(path, entry, tar.content(), parent);
        }
    }

    /** Writes an entry in the place of an earlier one, or of what a whiteout left. */
    private void replace(EntryPath path, TarEntry entry, InputStream content, Directory parent)
            throws IOException {
        boolean directory = entry.type() == TarEntry.Type.DIRECTORY;
        if (directory && parent.stat(path.name()).type() == FileType.DIRECTORY) {
            writeDirectory(path, entry, parent);
            return;
        }
        Directory cleared = clear(path, parent);
        create(path, entry, content, cleared);
        if (directory) {
            cleared.setAttribute(path.name(), OPAQUE, YES);
        }
    }

    /** Removes what has the name; returns the directory again, which may be another object. */
    private Directory clear(EntryPath path, Directory parent) throws IOException {
        String real = parents.realPaths().of(parent, path.name());
        parent.removeTree(path.name());
        forget(path, real);
        return parents.get(path.parent());
    }

    @Override
    public void hide(EntryPath path) throws IOException {
        Directory parent = parents.get(path.parent());
        Optional<Stat> own = parent.statIfExists(path.name());
        if (own.isEmpty()) {
            parent.makeNode(path.name(), FileType.CHARACTER_DEVICE, 0, Device.of(0, 0));
        } else if (own.get().type() == FileType.DIRECTORY) {
            // The layer has the directory itself: only what is below must not show through.
            parent.setAttribute(path.name(), OPAQUE, YES);
        }
    }

    @Override
    public void hideContent(String path) throws IOException {
        parents.get(path).fd().attributes().set(OPAQUE, YES);
    }

    /** Sets the times of the directories; the last step for what the archive says. */
    void finish() throws IOException {
        for (Map.Entry<String, Long> time : directoryTimes.entrySet()) {
            EntryPath path = EntryPath.of(time.getKey());
            long nanos = time.getValue();
            if (path.isRoot()) {
                root.fd().setTimes(nanos, nanos);
            } else {
                parents.get(path.parent()).setTimes(path.name(), nanos, nanos);
            }
        }
    }

    /** Directories that have contents but no entry of their own, parents first. */
    Set<String> implicitDirectories() {
        Set<String> all = new LinkedHashSet<>();
        if (!rootMentioned) {
            all.add("");
        }
        all.addAll(parents.implicit());
        return all;
    }

    /**
     * Hard links to files that only a layer below can have: where they are, and to what. None if
     * this is the bottom layer.
     */
    Map<String, String> lowerLinks() {
        return lowerLinks;
    }

    @Override
    public void close() {
        parents.close();
        arena.close();
    }

    private void forget(EntryPath path, String real) {
        parents.forget();
        parents.removed(real);
        directoryTimes.remove(real);
        // All paths below: "/" and its successor are the bounds. A layer may replace a file often.
        directoryTimes.subMap(real + "/", real + "0").clear();
        lowerLinks.subMap(path + "/", path + "0").clear();
    }

    private void create(EntryPath path, TarEntry entry, InputStream content, Directory parent)
            throws IOException {
        switch (entry.type()) {
            case FILE -> writeFile(path.name(), entry, content, parent);
            case DIRECTORY -> {
                parent.makeDirectory(path.name(), 0700);
                writeDirectory(path, entry, parent);
            }
            case HARD_LINK -> throw new IllegalStateException(path.toString());
            case SYMLINK -> {
                parent.makeSymlink(path.name(), entry.linkName());
                setAttributes(path.name(), entry, parent);
            }
            case CHARACTER_DEVICE -> makeNode(path, entry, parent, FileType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> makeNode(path, entry, parent, FileType.BLOCK_DEVICE);
            case FIFO -> makeNode(path, entry, parent, FileType.FIFO);
        }
    }

    private void writeFile(String name, TarEntry entry, InputStream content, Directory parent)
            throws IOException {
        try (Fd file = parent.create(name, 0600)) {
            if (entry.chunks().isEmpty()) {
                copy(content, file);
            } else {
                writeSparse(entry, content, file);
            }
            setAttributes(file, entry);
            file.setTimes(entry.modifiedNanos(), entry.modifiedNanos());
        }
    }

    private void copy(InputStream content, Fd file) throws IOException {
        for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
            MemorySegment.copy(buffer, 0, nativeBuffer, ValueLayout.JAVA_BYTE, 0, n);
            for (long done = 0; done < n; ) {
                done += file.write(nativeBuffer.asSlice(done, n - done));
            }
        }
    }

    private void writeSparse(TarEntry entry, InputStream content, Fd file) throws IOException {
        for (TarEntry.Chunk chunk : entry.chunks()) {
            long end = chunk.offset() + chunk.length();
            for (long at = chunk.offset(); at < end; ) {
                int n = content.read(buffer, 0, (int) Math.min(BUFFER_BYTES, end - at));
                var bytes = java.nio.ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    at += file.writeAt(bytes, at);
                }
            }
        }
        file.truncate(entry.size());
    }

    private void writeDirectory(EntryPath path, TarEntry entry, Directory parent)
            throws IOException {
        try (Fd directory = parent.open(path.name(), OpenHow.directory().withoutFollowing())) {
            String real = parents.realPaths().of(directory);
            parents.mentioned(real);
            if (directoryTimes.put(real, entry.modifiedNanos()) == null) {
                memory.add(real, 0);
            }
            setAttributes(directory, entry);
        }
    }

    private void makeNode(EntryPath path, TarEntry entry, Directory parent, FileType type)
            throws IOException {
        long device =
                type == FileType.FIFO ? 0 : Device.of(entry.deviceMajor(), entry.deviceMinor());
        parent.makeNode(path.name(), type, 0600, device);
        setAttributes(path.name(), entry, parent);
    }

    /** The target's own attributes are the file's; those in the link's header repeat them. */
    private void link(EntryPath path, TarEntry entry, Directory parent) throws IOException {
        EntryPath target = EntryPath.of(entry.linkName());
        String known = lowerLinks.get(target.toString());
        if (known != null) {
            linkBelow(path.toString(), known);
            return;
        }
        try (Directory directory = parents.existing(target.parent())) {
            Stat stat = directory.stat(target.name());
            if (stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0) {
                throw new IOException(
                        "cannot link " + path + " to " + target + ", which the layer removes");
            }
            parent.makeLink(path.name(), directory, target.name());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT || isHidden(target)) {
                throw e;
            }
            linkBelow(path.toString(), target.toString());
        }
    }

    private void linkBelow(String path, String target) throws IOException {
        memory.add(path, target.length());
        lowerLinks.put(path, target);
    }

    /** Whether a directory of this layer hides what the layers below have under the path. */
    private boolean isHidden(EntryPath path) throws IOException {
        for (EntryPath up = EntryPath.of(path.parent());
                !up.isRoot();
                up = EntryPath.of(up.parent())) {
            try (Directory directory = parents.existing(up.toString())) {
                if (directory.fd().attributes().get(OPAQUE).isPresent()) {
                    return true;
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        return root.fd().attributes().get(OPAQUE).isPresent();
    }

    /** For what cannot be opened: devices, and symlinks, which have no permissions. */
    private void setAttributes(String name, TarEntry entry, Directory parent) throws IOException {
        parent.changeOwner(name, (int) entry.uid(), (int) entry.gid());
        if (entry.type() != TarEntry.Type.SYMLINK) {
            parent.changeMode(name, entry.permissions());
        }
        if (!entry.attributes().isEmpty()) {
            try (Fd file = parent.open(name, NAME)) {
                setExtendedAttributes(file, entry);
            }
        }
        parent.setTimes(name, entry.modifiedNanos(), entry.modifiedNanos());
    }

    private static void setAttributes(Fd file, TarEntry entry) throws IOException {
        file.changeOwner((int) entry.uid(), (int) entry.gid());
        file.changeMode(entry.permissions());
        setExtendedAttributes(file, entry);
    }

    private static void setExtendedAttributes(Fd file, TarEntry entry) throws IOException {
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            String name = attribute.getKey();
            // overlayfs believes its own attributes: an archive may not write them.
            if (name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.")) {
                continue;
            }
            try {
                file.attributes().set(name, attribute.getValue());
            } catch (ErrnoException e) {
                if (!isDispensable(name, e.errno())) {
                    throw e;
                }
            }
        }
    }

    /** As docker: a file system may lack attributes, and symlinks have none of the user's. */
    private static boolean isDispensable(String attribute, Errno errno) {
        return !attribute.equals("security.capability")
                && (errno == Errno.EOPNOTSUPP
                        || (errno == Errno.EPERM && attribute.startsWith("user.")));
    }
}
