package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/** Counts what a directory tree occupies. */
final class DiskUsage {

    private final Set<Long> linked = new HashSet<>();
    private long bytes;
    private long inodes;

    private DiskUsage() {}

    /** The tree's blocks and inodes, its root included; a file with several links counts once. */
    static Usage of(Path root) throws IOException {
        var counter = new DiskUsage();
        try (var directory = Directory.open(root)) {
            counter.count(directory.fd().stat());
            counter.walk(directory);
        }
        return new Usage(counter.bytes, counter.inodes);
    }

    private void walk(Directory directory) throws IOException {
        for (var entry : directory.list()) {
            var stat = directory.statIfExists(entry.name());
            if (stat.isEmpty()) {
                continue; // Removed meanwhile, by the container whose tree this is.
            }
            count(stat.get());
            if (stat.get().type() == FileType.DIRECTORY) {
                try (var child =
                        directory.openDirectory(
                                entry.name(), OpenHow.directory().withoutFollowing())) {
                    walk(child);
                }
            }
        }
    }

    private void count(Stat stat) {
        boolean shared = stat.links() > 1 && stat.type() != FileType.DIRECTORY;
        if (!shared || linked.add(stat.inode())) {
            bytes += stat.allocatedBytes();
            inodes++;
        }
    }
}
