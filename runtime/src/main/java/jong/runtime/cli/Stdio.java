package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the caller gave as standard input and outputs: this process has the same. */
final class Stdio {

    private static final int COUNT = 3;

    private Stdio() {}

    /**
     * Their names in /proc, such as {@code /dev/null} or {@code pipe:[4711]}; by these, others can
     * be put into their places when the container is restored. Empty for one that may not be seen.
     */
    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            names.add(name(Path.of("/proc/self/fd", Integer.toString(i))));
        }
        return names;
    }

    private static String name(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (AccessDeniedException e) {
            return "";
        }
    }
}
