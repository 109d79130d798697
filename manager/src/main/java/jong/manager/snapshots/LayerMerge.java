package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;

/**
 * Puts a layer in overlayfs's form onto a whole tree, as overlayfs would show the two: whiteouts
 * remove, opaque directories hide, files replace. The layer stays as it is: its files get a further
 * link, in the tree, which costs no space.
 */
final class LayerMerge {

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private LayerMerge() {}

    /** Merges; both directories are on one file system. */
    static void merge(Path layer, Path tree) throws IOException {
        try (var source = Directory.open(layer);
                var target = Directory.open(tree);
                var reader = new DirectoryReader()) {
            TreeWalk.walk(new Level(source, target, reader));
        }
    }

    /** A directory of the layer, and the one of the tree that it is merged into. */
    private static final class Level implements TreeWalk.Node {

        private final Directory layer;
        private final Directory tree;
        private final DirectoryReader reader;
        private boolean begun;

        Level(Directory layer, Directory tree, DirectoryReader reader) {
            this.layer = layer;
            this.tree = tree;
            this.reader = reader;
        }

        @Override
        public List<String> more() throws IOException {
            if (!begun && isOpaque(layer)) {
                empty();
            }
            begun = true;
            return reader.next(layer).stream().map(DirectoryEntry::name).toList();
        }

        private void empty() throws IOException {
            for (var some = reader.next(tree); !some.isEmpty(); some = reader.next(tree)) {
                for (DirectoryEntry entry : some) {
                    tree.removeTree(entry.name());
                }
            }
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
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
                return Optional.of(open(name));
            }
            if (stat.type() != FileType.CHARACTER_DEVICE || stat.specialDevice() != 0) {
                tree.makeLink(name, layer, name);
            }
            return Optional.empty();
        }

        private Level open(String name) throws IOException {
            Directory source = layer.openDirectory(name, CHILD);
            try {
                return new Level(source, tree.openDirectory(name, CHILD), reader);
            } catch (IOException e) {
                source.close();
                throw e;
            }
        }

        @Override
        public void leave() throws IOException {
            Stat stat = layer.fd().stat();
            TreeCopy.copyAttributes(layer.fd(), stat, tree.fd());
            if (isOpaque(tree)) {
                tree.fd().attributes().remove(OPAQUE);
                tree.fd().setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
            }
        }

        @Override
        public void close() {
            layer.close();
            tree.close();
        }
    }

    private static boolean isOpaque(Directory directory) throws IOException {
        Fd fd = directory.fd();
        return Arrays.equals(fd.attributes().get(OPAQUE).orElse(null), new byte[] {'y'});
    }
}
