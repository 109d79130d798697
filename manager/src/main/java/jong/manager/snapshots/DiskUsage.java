package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.files.TreeWalk;

/** Counts what a directory tree occupies, in little memory however large it is. */
final class DiskUsage {

    /** Files with several links that are remembered; 16 MiB of the heap. */
    private static final int MOST_LINKED = 200_000;

    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();

    private final Set<Long> linked = new HashSet<>();
    private long bytes;
    private long inodes;

    /** Parts of inodes that were counted by their links. */
    private double shares;

    private DiskUsage() {}

    /**
     * The tree's blocks and inodes, its root included; a file with several links counts once. Where
     * there are very many of these, each link counts for its share of the file: the same, unless
     * the file has links outside of the tree.
     */
    static Usage of(Path root) throws IOException {
        var counter = new DiskUsage();
        try (var directory = Directory.open(root);
                var reader = new DirectoryReader()) {
            counter.count(directory.fd().stat());
            TreeWalk.walk(counter.new Level(directory, reader, 0));
        }
        return new Usage(counter.bytes, counter.inodes + Math.round(counter.shares));
    }

    /** A directory whose content is being counted. */
    private final class Level implements TreeWalk.Node {

        private final Directory directory;
        private final DirectoryReader reader;
        private final int depth;

        Level(Directory directory, DirectoryReader reader, int depth) {
            this.directory = directory;
            this.reader = reader;
            this.depth = depth;
        }

        @Override
        public List<String> more() throws IOException {
            return reader.next(directory).stream().map(DirectoryEntry::name).toList();
        }

        /** What lies too deep for a path, nobody shall make the whole count fail with. */
        @Override
        public Optional<Level> visit(String name) throws IOException {
            Optional<Stat> stat = directory.statIfExists(name);
            if (stat.isEmpty()) {
                return Optional.empty(); // Removed meanwhile, by the container whose tree this is.
            }
            count(stat.get());
            return stat.get().type() == FileType.DIRECTORY && depth < TreeWalk.DEEPEST
                    ? Optional.of(open(name))
                    : Optional.empty();
        }

        private Level open(String name) throws IOException {
            return new Level(directory.openDirectory(name, CHILD), reader, depth + 1);
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    private void count(Stat stat) {
        boolean several = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
        if (several && linked.contains(stat.inode())) {
            return;
        }
        if (several && linked.size() >= MOST_LINKED) {
            bytes += stat.allocatedBytes() / stat.links();
            shares += 1.0 / stat.links();
            return;
        }
        if (several) {
            linked.add(stat.inode());
        }
        bytes += stat.allocatedBytes();
        inodes++;
    }
}
