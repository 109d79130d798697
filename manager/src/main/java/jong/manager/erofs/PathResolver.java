package jong.manager.erofs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Finds directories of a tree by path, as openat2(2) with RESOLVE_IN_ROOT does on a disk: symlinks
 * are followed, and absolute ones and {@code ..} stay inside the root.
 */
final class PathResolver {

    /** As many as the kernel follows. */
    private static final int MAX_SYMLINKS = 40;

    private final DirectoryInode root;

    PathResolver(DirectoryInode root) {
        this.root = root;
    }

    /**
     * The directory of that path, or null if a part of it is missing.
     *
     * @throws IOException if a part of it is another kind of file, or symlinks lead in circles
     */
    @Nullable DirectoryInode find(String path) throws IOException {
        Deque<String> parts = new ArrayDeque<>();
        push(parts, path);
        DirectoryInode at = root;
        int symlinks = 0;
        while (!parts.isEmpty()) {
            String part = parts.pop();
            if (part.equals("..")) {
                at = at.parent();
                continue;
            }
            switch (at.get(part)) {
                case null -> {
                    DirectoryInode.checkName(part);
                    return null;
                }
                case DirectoryInode directory -> at = directory;
                case SymlinkInode symlink -> {
                    if (++symlinks > MAX_SYMLINKS) {
                        throw new IOException(path + " in layer: too many levels of symlinks");
                    }
                    at = symlink.target().startsWith("/") ? root : at;
                    push(parts, symlink.target());
                }
                case FileInode _, SpecialInode _ ->
                        throw new IOException(path + " in layer: " + part + " is not a directory");
            }
        }
        return at;
    }

    private static void push(Deque<String> parts, String path) {
        String[] all = path.split("/");
        for (int i = all.length - 1; i >= 0; i--) {
            if (!all[i].isEmpty() && !all[i].equals(".")) {
                parts.push(all[i]);
            }
        }
    }
}
