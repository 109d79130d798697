package jong.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON texts (RFC 8259) as trees.
 *
 * <p>A value is a {@link JsonObject}, a {@link java.util.List}, a {@link String}, a {@link
 * Boolean}, a {@link Long} (whole numbers that fit), a {@link Double} or {@code null}. A sequence
 * of values on a stream (Docker's progress and events) is read by {@link JsonSequence}.
 */
public final class Json {

    /** Names are not put into the JVM's own table of strings: that costs more than it gives. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

    private Json() {}

    /**
     * Parses one JSON value from UTF-8 bytes.
     *
     * @throws JsonException if the bytes are not exactly one JSON value
     */
    public static @Nullable Object parse(byte[] utf8) {
        try (JsonParser parser = parser(new ByteArrayInputStream(utf8))) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonException("unexpected end of JSON input");
            }
            Object value = TreeReader.read(parser, first);
            if (parser.nextToken() != null) {
                throw new JsonException("unexpected content after JSON");
            }
            return value;
        } catch (IOException e) {
            throw TreeReader.malformed(e);
        }
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
        return new String(writeBytes(value), UTF_8);
    }

    /** Like {@link #write(Object)}, as UTF-8 bytes. */
    public static byte[] writeBytes(@Nullable Object value) {
        var out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
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

    static JsonParser parser(java.io.InputStream in) throws IOException {
        return FACTORY.createParser(in);
    }

    /**
     * Chains of conditions here and in this package, not switches over types: those link themselves
     * at their first use, which costs a short-lived program more than all the rest of JSON.
     */
    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (var entry : map.entrySet()) {
                out.writeFieldName(entry.getKey().toString());
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(out, element);
            }
            out.writeEndArray();
        } else {
            writeScalar(out, value);
        }
    }

    private static void writeScalar(JsonGenerator out, Object value) throws IOException {
        if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Double number) {
            out.writeRawValue(goNumber(number));
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else if (value instanceof Enum<?> constant) {
            out.writeString(constant.toString());
        } else {
            throw new IllegalArgumentException("not JSON: " + value.getClass());
        }
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
