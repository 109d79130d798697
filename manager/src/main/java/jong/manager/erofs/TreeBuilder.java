package jong.manager.erofs;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import jong.linux.files.Device;
import jong.linux.files.FileType;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.unpack.EntryPath;
import jong.manager.unpack.LayerTarget;
import org.jspecify.annotations.Nullable;

/**
 * Builds a layer's tree in memory from its entries, as they would become files on a disk: what
 * unpacking refuses is refused here, and the trees are equal. Used by one thread.
 */
final class TreeBuilder implements LayerTarget {

    private static final int IMPLICIT_PERMISSIONS = 0755;
    private static final int SYMLINK_PERMISSIONS = 0777;

    private final DirectoryInode root = new DirectoryInode(null);
    private final PathResolver paths = new PathResolver(root);
    private final MemoryBudget budget;
    private final FileStore files;

    /** Hard links to files that this layer does not have, and to which. */
    private final TreeMap<String, String> lowerLinks = new TreeMap<>();

    /** The directory that was entered last: entries of a directory mostly follow each other. */
    private String lastPath = "";

    private @Nullable DirectoryInode last;

    TreeBuilder(MemoryBudget budget, FileStore files) {
        this.budget = budget;
        this.files = files;
        root.own(0, 0, IMPLICIT_PERMISSIONS);
        root.implicit(true);
    }

    DirectoryInode root() {
        return root;
    }

    /** Gives back the memory that the tree was counted for; it is not going to be used any more. */
    void release() {
        budget.release();
    }

    Map<String, String> lowerLinks() {
        return lowerLinks;
    }

    @Override
    public void write(EntryPath path, TarEntry entry, TarReader tar) throws IOException {
        boolean directory = entry.type() == TarEntry.Type.DIRECTORY;
        if (path.isRoot()) {
            if (directory) {
                describe(root, entry);
            }
            return;
        }
        DirectoryInode parent = enter(path.parent());
        lowerLinks.remove(path.toString());
        Inode old = parent.get(path.name());
        if (directory && old instanceof DirectoryInode again) {
            describe(again, entry);
            return;
        }
        if (old != null) {
            parent = clear(path, parent);
        }
        if (entry.type() == TarEntry.Type.HARD_LINK) {
            link(path, entry, parent);
        } else {
            add(parent, path.name(), create(entry, tar, parent, old != null));
        }
    }

    @Override
    public void hide(EntryPath path) throws IOException {
        DirectoryInode parent = enter(path.parent());
        switch (parent.get(path.name())) {
            case null -> add(parent, path.name(), SpecialInode.whiteout());
            // The layer has the directory itself: only what is below must not show through.
            case DirectoryInode directory -> hideContent(directory);
            case FileInode _, SpecialInode _, SymlinkInode _ -> {}
        }
    }

    @Override
    public void hideContent(String path) throws IOException {
        hideContent(enter(path));
    }

    private static void hideContent(DirectoryInode directory) {
        directory.keep(AttributeRules.OPAQUE, AttributeRules.yes());
    }

    /** Removes what has the name; returns the directory again, which may be another one then. */
    private DirectoryInode clear(EntryPath path, DirectoryInode parent) throws IOException {
        parent.remove(path.name());
        last = null;
        String whole = path.toString();
        // All paths below: "/" and its successor are the bounds.
        lowerLinks.subMap(whole + "/", whole + "0").clear();
        return enter(path.parent());
    }

    /** The file of an entry; a directory in another file's place hides what is below. */
    private Inode create(TarEntry entry, TarReader tar, DirectoryInode parent, boolean replaces)
            throws IOException {
        Inode file = empty(entry, tar, parent);
        describe(file, entry);
        if (replaces && file instanceof DirectoryInode directory) {
            hideContent(directory);
        }
        return file;
    }

    private Inode empty(TarEntry entry, TarReader tar, DirectoryInode parent) throws IOException {
        return switch (entry.type()) {
            case FILE -> new FileInode(entry.size(), files.store(entry, tar));
            case DIRECTORY -> new DirectoryInode(parent);
            case HARD_LINK -> throw new IllegalStateException(entry.name());
            case SYMLINK -> symlink(entry.linkName());
            case CHARACTER_DEVICE -> device(FileType.CHARACTER_DEVICE, entry);
            case BLOCK_DEVICE -> device(FileType.BLOCK_DEVICE, entry);
            case FIFO -> new SpecialInode(FileType.FIFO, 0);
        };
    }

    private SymlinkInode symlink(String target) throws IOException {
        budget.add(target.length());
        return new SymlinkInode(target);
    }

    private static SpecialInode device(FileType type, TarEntry entry) {
        return new SpecialInode(type, (int) Device.of(entry.deviceMajor(), entry.deviceMinor()));
    }

    /** Gives a file what the entry says of it; attributes it had before stay. */
    private void describe(Inode file, TarEntry entry) throws IOException {
        boolean symlink = file.type() == FileType.SYMLINK;
        file.own(
                (int) entry.uid(),
                (int) entry.gid(),
                symlink ? SYMLINK_PERMISSIONS : entry.permissions());
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            budget.add(attribute.getKey().length() + attribute.getValue().length + 64L);
            file.setAttribute(attribute.getKey(), attribute.getValue());
        }
        file.modified(entry.modifiedNanos());
        if (file instanceof DirectoryInode directory) {
            directory.implicit(false);
        }
    }

    private void add(DirectoryInode parent, String name, Inode file) throws IOException {
        budget.addFile(name.length());
        parent.put(name, file);
    }

    /** The target's own attributes are the file's; those in the link's header repeat them. */
    private void link(EntryPath path, TarEntry entry, DirectoryInode parent) throws IOException {
        EntryPath target = EntryPath.of(entry.linkName());
        String known = lowerLinks.get(target.toString());
        if (known != null) {
            linkBelow(path, known);
            return;
        }
        switch (find(target)) {
            case null -> {
                if (isHidden(target)) {
                    throw refused(path, target, "which is in no layer");
                }
                linkBelow(path, target.toString());
            }
            case DirectoryInode _ -> throw refused(path, target, "a directory");
            case SpecialInode node when node.isWhiteout() ->
                    throw refused(path, target, "which the layer removes");
            case FileInode file -> link(parent, path.name(), file);
            case SpecialInode node -> link(parent, path.name(), node);
            case SymlinkInode symlink -> link(parent, path.name(), symlink);
        }
    }

    private @Nullable Inode find(EntryPath path) throws IOException {
        DirectoryInode directory = paths.find(path.parent());
        return path.isRoot() || directory == null ? directory : directory.get(path.name());
    }

    private void link(DirectoryInode parent, String name, Inode file) throws IOException {
        file.link();
        add(parent, name, file);
    }

    private void linkBelow(EntryPath path, String target) throws IOException {
        DirectoryInode.checkName(path.name());
        budget.addFile(path.toString().length() + target.length());
        lowerLinks.put(path.toString(), target);
    }

    private static IOException refused(EntryPath path, EntryPath target, String why) {
        return new IOException("cannot link " + path + " to " + target + ", " + why);
    }

    /** Whether a directory of this layer hides what the layers below have under the path. */
    private boolean isHidden(EntryPath path) throws IOException {
        EntryPath up = path;
        while (!up.isRoot()) {
            up = EntryPath.of(up.parent());
            DirectoryInode directory = paths.find(up.toString());
            if (directory != null && directory.isOpaque()) {
                return true;
            }
        }
        return root.isOpaque();
    }

    /** The directory of that path; what is missing is made, as the archive should have said. */
    private DirectoryInode enter(String path) throws IOException {
        if (last != null && lastPath.equals(path)) {
            return last;
        }
        DirectoryInode found = paths.find(path);
        if (found == null) {
            found = make(EntryPath.of(path));
        }
        lastPath = path;
        last = found;
        return found;
    }

    private DirectoryInode make(EntryPath path) throws IOException {
        DirectoryInode parent = enter(path.parent());
        if (parent.get(path.name()) != null) {
            throw new IOException(path + " in layer: a symlink that leads nowhere");
        }
        var directory = new DirectoryInode(parent);
        directory.own(0, 0, IMPLICIT_PERMISSIONS);
        directory.implicit(true);
        add(parent, path.name(), directory);
        return directory;
    }
}
