package jong.registry.server.protocol;

import java.util.regex.Pattern;

/**
 * The name of a repository (distribution spec, "Pulling manifests").
 *
 * <p>A value of this type is always well-formed: its parts begin and end with a letter or a digit,
 * so it may become a path.
 *
 * @param value the name, such as {@code library/nginx}
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

    private static final int MAX_LENGTH = 255;
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern GRAMMAR = Pattern.compile(PART + "(?:/" + PART + ")*");

    /** Checks the grammar; throws {@link ErrorCode#NAME_INVALID}. */
    public RepositoryName {
        if (!isValid(value)) {
            throw new RegistryException(ErrorCode.NAME_INVALID, shortened(value));
        }
    }

    /** Whether a text is a name. */
    public static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH && GRAMMAR.matcher(text).matches();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : "longer than " + MAX_LENGTH + " characters";
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
