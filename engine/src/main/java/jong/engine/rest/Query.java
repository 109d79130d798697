package jong.engine.rest;

import java.util.List;
import java.util.Locale;
import jong.http.Fields;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The fields of a query or a form, read with Docker's rules.
 *
 * <p>A field may come several times. Names are case-sensitive.
 */
public final class Query {

    private final Fields fields;

    Query(Fields fields) {
        this.fields = fields;
    }

    /** Reads {@code a=1&b=2}; a field that is not well encoded is left out, as Go does. */
    public static Query parse(String text) {
        return new Query(Fields.parse(text));
    }

    /** Whether the field is there, even if empty. */
    public boolean has(String name) {
        return fields.has(name);
    }

    /** The field's first value, {@code ""} if missing. */
    public String string(String name) {
        return fields.string(name);
    }

    /** The field's first value, or {@code fallback} if missing or empty. */
    public String string(String name, String fallback) {
        return fields.string(name, fallback);
    }

    /** All values of a field, in order. */
    public List<String> strings(String name) {
        return fields.strings(name);
    }

    /** Docker's booleans: empty, 0, no, false and none (any case) are false, all else is true. */
    public boolean flag(String name) {
        return flag(name, false);
    }

    /** Like {@link #flag(String)}, but a field that is missing reads as {@code fallback}. */
    public boolean flag(String name, boolean fallback) {
        if (!has(name)) {
            return fallback;
        }
        return switch (string(name).toLowerCase(Locale.ROOT).strip()) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    /**
     * A whole number; {@code fallback} if missing or empty.
     *
     * @throws InvalidArgument if it is not a whole number, with Go's text
     */
    public long number(String name, long fallback) {
        String text = string(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    "strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }
}
