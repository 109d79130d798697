package jong.engine.spec;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths without what says nothing, by their text alone, as Go's {@code path.Clean} makes them. */
final class CleanPath {

    private CleanPath() {}

    /** The same path without {@code .}, {@code ..} where it can be had, and surplus slashes. */
    static String of(String path) {
        boolean absolute = path.startsWith("/");
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            boolean up = name.equals("..");
            if (up && !names.isEmpty() && !names.peekLast().equals("..")) {
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".") && !(up && absolute)) {
                names.addLast(name);
            }
        }
        String joined = String.join("/", names);
        return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
    }

    /** Whether a relative path stays where it begins, as Go's {@code filepath.IsLocal} says. */
    static boolean isLocal(String path) {
        boolean relative = !path.isEmpty() && !path.startsWith("/");
        String clean = of(path);
        return relative && !clean.equals("..") && !clean.startsWith("../");
    }
}
