package jong.manager.archive;

import java.io.IOException;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.OpenHow;

/** Directories of a foreign tree, opened inside its root, and made where they are missing. */
final class Parents {

    private static final OpenHow INSIDE = OpenHow.directory().inRoot();

    private Parents() {}

    /** Opens a directory that is there. */
    static Directory open(Directory root, String path) throws ErrnoException {
        return root.openDirectory(path, INSIDE);
    }

    /** Opens a directory; it and those above it that are missing belong to root, with mode 0755. */
    static Directory make(Directory root, String path) throws IOException {
        try {
            return open(root, path);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT || EntryName.isRoot(path)) {
                throw e;
            }
        }
        try (Directory parent = make(root, EntryName.parent(path))) {
            String name = EntryName.base(path);
            parent.makeDirectory(name, 0755);
            parent.changeMode(name, 0755);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) { // Somebody else was faster, or it is a dead symlink.
                throw e;
            }
        }
        return open(root, path);
    }
}
