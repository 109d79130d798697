package jong.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The target of a request line (RFC 9112, 3.2), taken apart.
 *
 * @param rawPath the path as the client sent it, still encoded
 * @param path the path, decoded
 * @param rawQuery the query, still encoded
 * @param valid whether the path was well encoded
 */
public record RequestTarget(String rawPath, String path, String rawQuery, boolean valid) {

    /** Takes a target in origin or absolute form apart. */
    public static RequestTarget of(String target) {
        String rest = withoutAuthority(target);
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        try {
            // URLDecoder is made for forms; in a path a plus sign stands for itself.
            String decoded = URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
            return new RequestTarget(path, decoded, query, decoded.startsWith("/"));
        } catch (IllegalArgumentException _) {
            return new RequestTarget(path, path, query, false);
        }
    }

    private static String withoutAuthority(String target) {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }

    /** The fields of the query. */
    public Fields query() {
        return Fields.parse(rawQuery);
    }

    /** The path without empty, {@code .} and {@code ..} segments; a last slash stays. */
    public String cleanPath() {
        Deque<String> kept = new ArrayDeque<>();
        for (String segment : path.split("/")) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> kept.pollLast();
                default -> kept.addLast(segment);
            }
        }
        String clean = "/" + String.join("/", kept);
        return path.endsWith("/") && clean.length() > 1 ? clean + "/" : clean;
    }
}
