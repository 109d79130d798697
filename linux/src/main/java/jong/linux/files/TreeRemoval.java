package jong.linux.files;

import jong.linux.Errno;
import jong.linux.ErrnoException;

/**
 * Removes a tree by descriptors, so that a name that is swapped for a symlink meanwhile cannot lead
 * the removal elsewhere.
 *
 * <p>A tree of any depth: what lies deeper than {@link #DEEPEST} is moved up to the tree's top and
 * removed from there, because neither the stack nor the number of open files is without limit.
 */
final class TreeRemoval {
    private static final int DEEPEST = 64;
    private static final OpenHow CHILD =
            OpenHow.directory().withoutFollowing().onOneMount().beneath();

    private final Directory top;
    private int moved;

    private TreeRemoval(Directory top) {
        this.top = top;
    }

    static void remove(Directory parent, String name) throws ErrnoException {
        try {
            parent.unlink(name);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case ENOENT -> {}
                case EISDIR -> removeTop(parent, name);
                default -> throw e;
            }
        }
    }

    private static void removeTop(Directory parent, String name) throws ErrnoException {
        try (var top = parent.openDirectory(name, CHILD)) {
            var removal = new TreeRemoval(top);
            while (removal.empty(top, 0)) {}
        }
        parent.removeDirectory(name);
    }

    /** Removes what the directory holds; false when there was nothing. */
    private boolean empty(Directory directory, int depth) throws ErrnoException {
        var entries = directory.list();
        for (var entry : entries) {
            if (entry.type() == FileType.DIRECTORY) {
                removeDirectory(directory, entry.name(), depth + 1);
            } else {
                removeOther(directory, entry.name(), depth);
            }
        }
        return !entries.isEmpty();
    }

    private void removeDirectory(Directory parent, String name, int depth) throws ErrnoException {
        if (depth > DEEPEST) {
            moveUp(parent, name);
            return;
        }
        try (var directory = parent.openDirectory(name, CHILD)) {
            var _ = empty(directory, depth);
        }
        parent.removeDirectory(name);
    }

    /** An entry whose type the listing did not call a directory, or did not tell. */
    private void removeOther(Directory parent, String name, int depth) throws ErrnoException {
        try {
            parent.unlink(name);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case ENOENT -> {}
                case EISDIR -> removeDirectory(parent, name, depth + 1);
                default -> throw e;
            }
        }
    }

    private void moveUp(Directory parent, String name) throws ErrnoException {
        while (true) {
            try {
                parent.renameWithoutReplacing(name, top, ".removing-" + moved++);
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
        }
    }
}
