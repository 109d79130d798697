package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryReader;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

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
            counter.walk(directory, reader);
        }
        return new Usage(counter.bytes, counter.inodes + Math.round(counter.shares));
    }

    private void walk(Directory directory, DirectoryReader reader) throws IOException {
        for (var some = reader.next(directory); !some.isEmpty(); some = reader.next(directory)) {
            for (DirectoryEntry entry : some) {
                count(entry.name(), directory, reader);
            }
        }
    }

    private void count(String name, Directory directory, DirectoryReader reader)
            throws IOException {
        var stat = directory.statIfExists(name);
        if (stat.isEmpty()) {
            return; // Removed meanwhile, by the container whose tree this is.
        }
        count(stat.get());
        if (stat.get().type() == FileType.DIRECTORY) {
            try (var child = directory.openDirectory(name, CHILD)) {
                walk(child, reader);
            }
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
