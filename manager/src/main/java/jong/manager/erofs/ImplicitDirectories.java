package jong.manager.erofs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the directories that an archive does not mention, with their paths. */
final class ImplicitDirectories {

    /** PATH_MAX: nothing below can be found by a longer path. */
    private static final int MAX_PATH = 4096;

    /** Symlinks can make trees deep, so that all paths together are far longer than the archive. */
    private static final int MAX_CHARACTERS = 32 << 20;

    private final Map<String, DirectoryInode> found = new LinkedHashMap<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private final StringBuilder path = new StringBuilder();
    private int characters;

    /** A directory whose entries are being looked at; its path is the first part of the current. */
    private record Level(Iterator<Map.Entry<String, Inode>> entries, int pathLength) {}

    private ImplicitDirectories() {}

    /** Those of a tree by path, parents first; {@code ""} is the root. */
    static Map<String, DirectoryInode> of(DirectoryInode root) throws UnmountableLayerException {
        var search = new ImplicitDirectories();
        search.enter(root);
        while (!search.levels.isEmpty()) {
            search.step();
        }
        return search.found;
    }

    private void step() throws UnmountableLayerException {
        Level level = levels.getLast();
        path.setLength(level.pathLength);
        if (!level.entries.hasNext()) {
            levels.removeLast();
            return;
        }
        Map.Entry<String, Inode> entry = level.entries.next();
        if (entry.getValue() instanceof DirectoryInode directory) {
            path.append(path.isEmpty() ? "" : "/").append(entry.getKey());
            enter(directory);
        }
    }

    private void enter(DirectoryInode directory) throws UnmountableLayerException {
        if (directory.isImplicit()) {
            characters += path.length();
            if (path.length() > MAX_PATH || characters > MAX_CHARACTERS) {
                throw new UnmountableLayerException("its unnamed directories are too deep");
            }
            found.put(path.toString(), directory);
        }
        levels.add(new Level(directory.entries().iterator(), path.length()));
    }
}
