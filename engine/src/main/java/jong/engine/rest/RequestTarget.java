package jong.engine.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The target of a request line (RFC 9112, 3.2), taken apart.
 *
 * @param path the path, decoded
 * @param rawQuery the query, still encoded
 * @param valid whether the path was well encoded
 */
record RequestTarget(String path, String rawQuery, boolean valid) {

    static RequestTarget of(String target) {
        String rest = withoutAuthority(target);
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        try {
            // URLDecoder is made for forms; in a path a plus sign stands for itself.
            String decoded = URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
            return new RequestTarget(decoded, query, decoded.startsWith("/"));
        } catch (IllegalArgumentException _) {
            return new RequestTarget(path, query, false);
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

    Query query() {
        return Query.parse(rawQuery);
    }

    /** The path without empty, {@code .} and {@code ..} segments; a last slash stays. */
    String cleanPath() {
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
