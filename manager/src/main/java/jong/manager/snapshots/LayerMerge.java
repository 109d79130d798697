package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/**
 * Puts a layer in overlayfs's form onto a whole tree, as overlayfs would show the two: whiteouts
 * remove, opaque directories hide, files replace. The layer stays as it is: its files get a further
 * link, in the tree, which costs no space.
 */
final class LayerMerge {

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private final DirectoryReader reader;

    private LayerMerge(DirectoryReader reader) {
        this.reader = reader;
    }

    /** Merges; both directories are on one file system. */
    static void merge(Path layer, Path tree) throws IOException {
        try (var source = Directory.open(layer);
                var target = Directory.open(tree);
                var reader = new DirectoryReader()) {
            new LayerMerge(reader).merge(source, target);
        }
    }

    private void merge(Directory layer, Directory tree) throws IOException {
        if (isOpaque(layer)) {
            for (var some = reader.next(tree); !some.isEmpty(); some = reader.next(tree)) {
                for (DirectoryEntry entry : some) {
                    tree.removeTree(entry.name());
                }
            }
        }
        for (var some = reader.next(layer); !some.isEmpty(); some = reader.next(layer)) {
            for (DirectoryEntry entry : some) {
                merge(entry.name(), layer, tree);
            }
        }
        Stat stat = layer.fd().stat();
        TreeCopy.copyAttributes(layer.fd(), stat, tree.fd());
        if (isOpaque(tree)) {
            tree.fd().attributes().remove(OPAQUE);
            tree.fd().setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
        }
    }

    private void merge(String name, Directory layer, Directory tree) throws IOException {
        Stat stat = layer.stat(name);
        Optional<Stat> below = tree.statIfExists(name);
        boolean directory = stat.type() == FileType.DIRECTORY;
        if (!directory || below.filter(old -> old.type() == FileType.DIRECTORY).isEmpty()) {
            tree.removeTree(name);
        }
        if (directory) {
            if (tree.statIfExists(name).isEmpty()) {
                tree.makeDirectory(name, stat.permissions());
            }
            try (var source = layer.openDirectory(name, CHILD);
                    var target = tree.openDirectory(name, CHILD)) {
                merge(source, target);
            }
        } else if (stat.type() != FileType.CHARACTER_DEVICE || stat.specialDevice() != 0) {
            tree.makeLink(name, layer, name);
        }
    }

    private static boolean isOpaque(Directory directory) throws IOException {
        Fd fd = directory.fd();
        return Arrays.equals(fd.attributes().get(OPAQUE).orElse(null), new byte[] {'y'});
    }
}
