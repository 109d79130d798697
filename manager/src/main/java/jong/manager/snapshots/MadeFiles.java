package jong.manager.snapshots;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import jong.linux.files.Directory;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;

/** What a copy has made, so that it can be removed without what others have made beside it. */
final class MadeFiles implements TreeCopy.Journal {

    private static final OpenHow PARENT = OpenHow.directory().withoutSymlinks();

    /** The last first: what is in a directory comes before it. */
    private final Deque<String> paths = new ArrayDeque<>();

    @Override
    public void making(String path) {
        paths.push(path);
    }

    @Override
    public void foreign() {
        paths.pop();
    }

    /**
     * Removes it, as far as it can; a directory with files of others stays.
     *
     * @param reason why; is told of what stays
     */
    void remove(Directory root, IOException reason) {
        for (String path : paths) {
            try {
                remove(root, path);
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }

    private static void remove(Directory root, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        try (Directory parent =
                root.openDirectory(slash < 0 ? "." : path.substring(0, slash), PARENT)) {
            var stat = parent.statIfExists(name);
            if (stat.isEmpty()) {
                return;
            }
            if (stat.get().type() == FileType.DIRECTORY) {
                parent.removeDirectory(name);
            } else {
                parent.unlink(name);
            }
        }
    }
}
