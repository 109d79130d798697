package jong.registry.server.protocol;

import java.util.regex.Pattern;

/** The grammar of tags (distribution spec, "Pulling manifests"). */
public final class Tag {

    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    private Tag() {}

    /** Whether a text is a tag, and so may become the name of a directory. */
    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /** The text, if it is a tag; throws {@link ErrorCode#MANIFEST_INVALID} otherwise. */
    public static String checked(String text) {
        if (!isValid(text)) {
            throw new RegistryException(ErrorCode.MANIFEST_INVALID, "invalid tag \"" + text + "\"");
        }
        return text;
    }
}
