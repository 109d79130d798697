package jong.manager.diff;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import jong.linux.files.FileType;
import jong.manager.diff.Change.Kind;

/** Adds up the lengths of files as dockerd does: directories are nothing, hard links one file. */
final class FileSizes implements TreeComparison.Listener {

    private final Set<Long> linked = new HashSet<>();
    private long total;

    /** In bytes. */
    long total() {
        return total;
    }

    @Override
    public void present(Kind kind, ComparedDirectory parent, String name) throws IOException {
        var stat = parent.upper().stat(name);
        boolean counted = stat.links() > 1 && !linked.add(stat.inode());
        if (stat.type() != FileType.DIRECTORY && !counted) {
            total += stat.size();
        }
    }

    @Override
    public void deleted(String path) {}

    @Override
    public void opaque(String path) {}
}
