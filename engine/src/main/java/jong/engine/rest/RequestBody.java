package jong.engine.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import jong.http.Fields;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Docker's rules for reading a request's body as JSON or as a form. */
final class RequestBody {

    private static final Set<String> FORM_METHODS = Set.of("POST", "PUT", "PATCH");

    private RequestBody() {}

    static JsonObject required(RestExchange exchange) {
        JsonObject body = optional(exchange);
        if (body == null) {
            throw new InvalidArgument("invalid JSON: got EOF while reading request body");
        }
        return body;
    }

    static @Nullable JsonObject optional(RestExchange exchange) {
        String type = exchange.header("Content-Type");
        if (!exchange.announcesBody() && type.isEmpty()) {
            return null;
        }
        checkJson(type);
        byte[] bytes = read(exchange);
        if (new String(bytes, UTF_8).isBlank()) {
            return null;
        }
        return parse(bytes);
    }

    private static @Nullable JsonObject parse(byte[] bytes) {
        try {
            Object value = Json.parse(bytes);
            return value == null ? null : Json.parseObject(bytes);
        } catch (JsonException e) {
            // Docker has the second text alone, without its usual prefix.
            String text = String.valueOf(e.getMessage());
            boolean trailing = text.equals("unexpected content after JSON");
            throw new InvalidArgument(trailing ? text : "invalid JSON: " + text, e);
        }
    }

    private static void checkJson(String contentType) {
        if (!mediaType(contentType).equals("application/json")) {
            throw new InvalidArgument(
                    "unsupported Content-Type header ("
                            + contentType
                            + "): must be 'application/json'");
        }
    }

    private static byte[] read(RestExchange exchange) {
        try {
            byte[] bytes = exchange.input().readNBytes(RestApplication.MAX_JSON_BODY + 1);
            if (bytes.length > RestApplication.MAX_JSON_BODY) {
                throw new InvalidArgument(
                        "request body is larger than " + RestApplication.MAX_JSON_BODY + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new InvalidArgument("error reading request body: " + e.getMessage(), e);
        }
    }

    /** The query behind the fields of the body, if that is a form. */
    static Fields mergeForm(RestExchange exchange, Fields query) {
        boolean form =
                FORM_METHODS.contains(exchange.method())
                        && mediaType(exchange.header("Content-Type"))
                                .equals("application/x-www-form-urlencoded");
        return form ? query.after(Fields.parse(new String(read(exchange), UTF_8))) : query;
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }
}
