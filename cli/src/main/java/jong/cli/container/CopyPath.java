package jong.cli.container;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths of {@code cp} as text, by the rules of Go's {@code path/filepath}. */
final class CopyPath {

    private CopyPath() {}

    /** Without empty parts and {@code .}, and without {@code ..} save at the start. */
    static String clean(String path) {
        boolean absolute = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            boolean up = part.equals("..");
            if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(up && absolute)) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
    }

    /** The last part, {@code /} for the root and {@code .} for nothing. */
    static String base(String path) {
        String stripped = path.replaceFirst("/+$", "");
        if (stripped.isEmpty()) {
            return path.isEmpty() ? "." : "/";
        }
        return stripped.substring(stripped.lastIndexOf('/') + 1);
    }

    /** What is before the last part, clean. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return clean(slash < 0 ? "" : path.substring(0, slash + 1));
    }

    /** The last part of the clean path, or {@code .} if the path ends in that. */
    static String entryName(String path) {
        return base(path).equals(".") ? "." : base(clean(path));
    }

    /** The directory that {@link #entryName} is in. */
    static String entryParent(String path) {
        return base(path).equals(".") ? clean(path) : parent(clean(path));
    }

    /** A clean path that ends in {@code /} or {@code /.} if {@code original} does. */
    static String keepEnd(String clean, String original) {
        String path = clean;
        if (base(original).equals(".") && !base(path).equals(".")) {
            path = withSlash(path) + ".";
        }
        return original.endsWith("/") ? withSlash(path) : path;
    }

    /** Whether the path says that it is a directory. */
    static boolean saysDirectory(String path) {
        return path.endsWith("/") || base(path).equals(".");
    }

    private static String withSlash(String path) {
        return path.endsWith("/") ? path : path + "/";
    }
}
