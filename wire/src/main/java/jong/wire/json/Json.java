package jong.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON texts (RFC 8259) as trees.
 *
 * <p>A value is a {@link JsonObject}, a {@link java.util.List}, a {@link String}, a {@link
 * Boolean}, a {@link Long} (whole numbers that fit), a {@link Double} or {@code null}. A sequence
 * of values on a stream (Docker's progress and events) is read by {@link JsonSequence}.
 */
public final class Json {

    private Json() {}

    /**
     * Parses one JSON value from UTF-8 bytes.
     *
     * @throws JsonException if the bytes are not exactly one JSON value
     */
    public static @Nullable Object parse(byte[] utf8) {
        return new TreeParser(utf8).parse();
    }

    /** Like {@link #parse(byte[])}, from a string. */
    public static @Nullable Object parse(String text) {
        return parse(text.getBytes(UTF_8));
    }

    /**
     * Parses one JSON object from UTF-8 bytes.
     *
     * @throws JsonException if the bytes are not exactly one JSON object
     */
    public static JsonObject parseObject(byte[] utf8) {
        Object value = parse(utf8);
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("cannot read " + JsonObject.kind(value) + " as a JSON object");
    }

    /** Like {@link #parseObject(byte[])}, from a string. */
    public static JsonObject parseObject(String text) {
        return parseObject(text.getBytes(UTF_8));
    }

    /** Writes a tree without white space and without HTML escaping, as dockerd does. */
    public static String write(@Nullable Object value) {
        var text = new StringBuilder(512);
        new TreeWriter(text).write(value);
        return text.toString();
    }

    /** Like {@link #write(Object)}, as UTF-8 bytes. */
    public static byte[] writeBytes(@Nullable Object value) {
        return write(value).getBytes(UTF_8);
    }

    /** Writes a tree with an indent of four spaces a level, as {@code docker inspect} prints. */
    public static String writePretty(@Nullable Object value) {
        return writePretty(value, "    ");
    }

    /** Writes a tree over several lines, each level indented by {@code indent}. */
    public static String writePretty(@Nullable Object value, String indent) {
        var text = new StringBuilder();
        new PrettyPrinter(text, indent).print(value, "");
        return text.toString();
    }

    /** A double as Go writes it: no {@code .0} on whole numbers. */
    static String goNumber(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("not a JSON number: " + number);
        }
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        return Double.toString(number).replace("E", "e");
    }
}
