package jong.manager.archive;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as text, by the rules of Go's {@code path/filepath}, which Docker's API shows. */
final class EntryName {

    private EntryName() {}

    /** Without empty parts and {@code .}, and without {@code ..} save at the start. */
    static String clean(String path) {
        boolean absolute = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    boolean up = parts.isEmpty() || parts.getLast().equals("..");
                    if (!up) {
                        parts.removeLast();
                    } else if (!absolute) {
                        parts.addLast(part);
                    }
                }
                default -> parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        if (absolute) {
            return "/" + joined;
        }
        return joined.isEmpty() ? "." : joined;
    }

    /** A clean path below {@code directory}, wherever {@code name} leads as text. */
    static String join(String directory, String name) {
        return clean(directory + "/" + name);
    }

    /**
     * The path from the root, clean but for {@code /} or {@code /.} at its end: with that, a
     * symlink is followed.
     */
    static String absolute(String path) {
        String clean = join("/", path);
        boolean current = base(path).equals(".");
        String result = current && !base(clean).equals(".") ? withSlash(clean) + "." : clean;
        return path.endsWith("/") ? withSlash(result) : result;
    }

    /** The last part, {@code /} for the root and {@code .} for nothing. */
    static String base(String path) {
        if (path.isEmpty()) {
            return ".";
        }
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? "/" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    /** What is before the last part of a path without a slash at its end. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return ".";
        }
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    static boolean isRoot(String path) {
        return path.equals("/") || path.equals(".");
    }

    private static String withSlash(String path) {
        return path.endsWith("/") ? path : path + "/";
    }
}
