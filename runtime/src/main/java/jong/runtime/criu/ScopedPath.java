package jong.runtime.criu;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as they are seen from within a root directory. */
final class ScopedPath {

    private static final int MOST_LINKS = 255;

    private ScopedPath() {}

    /**
     * The path without symbolic links, which are followed as if {@code root} were the root; what
     * does not exist is taken as it is written. It is a name only: whoever opens it must look again
     * (the container may be changing it).
     */
    static String resolve(Path root, String path) throws IOException {
        Deque<String> rest = new ArrayDeque<>();
        prepend(rest, Path.of(path));
        Path reached = Path.of("/");
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            if (name.equals("..")) {
                reached = reached.resolve(name).normalize();
                continue;
            }
            Path next = reached.resolve(name);
            Path onHost = root.resolve(Path.of("/").relativize(next));
            if (!Files.isSymbolicLink(onHost)) {
                reached = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new FileSystemException(path, null, "too many symbolic links");
            }
            Path target = Files.readSymbolicLink(onHost);
            reached = target.isAbsolute() ? Path.of("/") : reached;
            prepend(rest, target);
        }
        return reached.toString();
    }

    private static void prepend(Deque<String> rest, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            String name = path.getName(i).toString();
            if (!name.isEmpty() && !name.equals(".")) {
                rest.addFirst(name);
            }
        }
    }
}
