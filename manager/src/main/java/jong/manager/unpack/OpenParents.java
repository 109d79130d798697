package jong.manager.unpack;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.OpenHow;

/**
 * The directories that entries go into, kept open while they are near.
 *
 * <p>A path is resolved by the kernel inside the root: a symlink in it, made by an earlier entry,
 * leads wherever it leads inside the root and never out of it. Directories that the archive should
 * have mentioned are made, and remembered as implicit.
 */
final class OpenParents implements AutoCloseable {

    private static final int MAX_OPEN = 32;

    private static final OpenHow INSIDE = OpenHow.directory().inRoot();

    private final Directory root;
    private final RealPaths realPaths;
    private final Map<String, Directory> open = new LinkedHashMap<>(16, 0.75f, true);
    private final NavigableSet<String> implicit = new TreeSet<>();
    private final LayerMemory memory;

    /** The root stays the caller's. */
    OpenParents(Directory root, LayerMemory memory) throws IOException {
        this.root = root;
        this.memory = memory;
        this.realPaths = new RealPaths(root);
    }

    /** Where open files are below the root. */
    RealPaths realPaths() {
        return realPaths;
    }

    /** The directory of that path, made if it is missing; valid until the next call. */
    Directory get(String path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        Directory known = open.get(path);
        if (known != null) {
            return known;
        }
        Directory found = openOrMake(path);
        closeOldest();
        open.put(path, found);
        return found;
    }

    /** The directory of that path, which must exist; the caller closes it. */
    Directory existing(String path) throws IOException {
        return root.openDirectory(path.isEmpty() ? "." : path, INSIDE);
    }

    /** Forgets what paths lead to, because an entry replaced something. */
    void forget() {
        open.values().forEach(Directory::close);
        open.clear();
    }

    /** The archive mentions the directory of this real path itself. */
    void mentioned(String path) {
        implicit.remove(path);
    }

    /** The directory of this real path is gone, with all below. */
    void removed(String path) {
        implicit.remove(path);
        implicit.subSet(path + "/", path + "0").clear();
    }

    /** Real paths of what was made without being mentioned, parents before children. */
    Set<String> implicit() {
        return Collections.unmodifiableSet(implicit);
    }

    @Override
    public void close() {
        forget();
        realPaths.close();
    }

    private Directory openOrMake(String path) throws IOException {
        try {
            return root.openDirectory(path, INSIDE);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        int slash = path.lastIndexOf('/');
        Directory parent = get(slash < 0 ? "" : path.substring(0, slash));
        String name = path.substring(slash + 1);
        parent.makeDirectory(name, 0755);
        parent.changeOwner(name, 0, 0); // A set-group-id parent passes on its own.
        parent.changeMode(name, 0755);
        String real = realPaths.of(parent, name);
        memory.add(real, 0);
        implicit.add(real);
        return root.openDirectory(path, INSIDE);
    }

    private void closeOldest() {
        if (open.size() < MAX_OPEN) {
            return;
        }
        Iterator<Directory> oldest = open.values().iterator();
        oldest.next().close();
        oldest.remove();
    }
}
