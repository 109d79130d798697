package jong.registry;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server asks for in {@code WWW-Authenticate} (RFC 9110 §11.6.1).
 *
 * @param scheme in lower case: {@code basic} or {@code bearer}
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final int MAX_LENGTH = 8192;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern SCHEME =
            Pattern.compile("\\s*,?\\s*(" + TOKEN + ")(?:\\s+|$)(?!\\s*=)");
    private static final Pattern PARAMETER =
            Pattern.compile(
                    "\\s*,?\\s*("
                            + TOKEN
                            + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|("
                            + TOKEN
                            + "))");

    /** What an answer asks for. */
    static List<Challenge> of(HttpResponse<?> response) {
        return response.headers().allValues("WWW-Authenticate").stream()
                .flatMap(value -> parse(value).stream())
                .toList();
    }

    /** Parses a header's value; what is malformed ends the list. */
    static List<Challenge> parse(String header) {
        List<Challenge> challenges = new ArrayList<>();
        if (header.length() > MAX_LENGTH) {
            return challenges;
        }
        Matcher scheme = SCHEME.matcher(header);
        int at = 0;
        while (scheme.region(at, header.length()).lookingAt()) {
            at = scheme.end();
            Map<String, String> parameters = new HashMap<>();
            Matcher parameter = PARAMETER.matcher(header);
            while (parameter.region(at, header.length()).lookingAt()) {
                String quoted = parameter.group(2);
                parameters.put(
                        parameter.group(1).toLowerCase(Locale.ROOT),
                        quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                at = parameter.end();
            }
            challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
        }
        return challenges;
    }

    /** A parameter's value, or {@code ""}. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
