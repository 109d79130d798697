package jong.registry;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/** Turns a registry's refusals into docker's texts. */
final class RegistryErrors {

    private static final int MAX_TEXT = 500;

    private static final Map<Integer, String> PHRASES =
            Map.of(
                    400, "Bad Request",
                    401, "Unauthorized",
                    403, "Forbidden",
                    404, "Not Found",
                    429, "Too Many Requests",
                    500, "Internal Server Error",
                    502, "Bad Gateway",
                    503, "Service Unavailable",
                    504, "Gateway Timeout");

    private RegistryErrors() {}

    /**
     * What a registry says is wrong.
     *
     * @param code one of the specification's, such as {@code DENIED}, or {@code ""}
     */
    record Refusal(String code, String message) {

        String text() {
            String name = code.toLowerCase(Locale.ROOT).replace('_', ' ');
            String text = code.isEmpty() ? message : name + ": " + message;
            return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        }
    }

    /** The refusal of a request, with the registry's own text. */
    static StatusException of(HttpResponse<InputStream> response, byte[] body) {
        Refusal refusal = refusal(response, body);
        return classify(response.statusCode(), refusal.code(), refusal.text());
    }

    /** The refusal to give a manifest, blob or tag of an image. */
    static StatusException of(
            HttpResponse<InputStream> response, byte[] body, Reference reference) {
        Refusal refusal = refusal(response, body);
        return switch (refusal.code()) {
            case "DENIED" ->
                    new StatusException.NotFound(
                            "pull access denied for "
                                    + reference.familiarName()
                                    + ", repository does not exist or may require 'docker login': "
                                    + refusal.text());
            case "MANIFEST_UNKNOWN" ->
                    new StatusException.NotFound(
                            "manifest for "
                                    + reference.familiarString()
                                    + " not found: "
                                    + refusal.text());
            case "NAME_UNKNOWN" ->
                    new StatusException.NotFound(
                            "repository "
                                    + reference.familiarName()
                                    + " not found: "
                                    + refusal.text());
            default -> classify(response.statusCode(), refusal.code(), refusal.text());
        };
    }

    /** A status with its phrase, as Go prints it: {@code 401 Unauthorized}. */
    static String status(int status) {
        String phrase = PHRASES.getOrDefault(status, "");
        return phrase.isEmpty() ? Integer.toString(status) : status + " " + phrase;
    }

    /** What the challenge says goes before what the body says (RFC 6750 §3.1). */
    static Refusal refusal(HttpResponse<InputStream> response, byte[] body) {
        int status = response.statusCode();
        if (status < 400 || status >= 500) {
            return new Refusal("", "received unexpected HTTP status: " + status(status));
        }
        for (Challenge challenge : Challenge.of(response)) {
            String description = challenge.parameter("error_description");
            switch (challenge.parameter("error")) {
                case "invalid_token" -> {
                    return new Refusal(
                            "UNAUTHORIZED",
                            description.isEmpty() ? "authentication required" : description);
                }
                case "insufficient_scope" -> {
                    return new Refusal(
                            "DENIED",
                            description.isEmpty()
                                    ? "requested access to the resource is denied"
                                    : description);
                }
                default -> {}
            }
        }
        return fromBody(response, body);
    }

    private static Refusal fromBody(HttpResponse<InputStream> response, byte[] body) {
        JsonObject json = json(body);
        List<JsonObject> errors = json.objects("errors");
        int status = response.statusCode();
        if (!errors.isEmpty()) {
            JsonObject error = errors.getFirst();
            return new Refusal(error.string("code"), error.string("message"));
        }
        String details = json.string("details", json.string("message"));
        return switch (status) {
            case 401 ->
                    new Refusal(
                            "UNAUTHORIZED",
                            details.isEmpty() ? "authentication required" : details);
            case 403 ->
                    new Refusal(
                            "DENIED",
                            details.isEmpty()
                                    ? "requested access to the resource is denied"
                                    : details);
            case 429 ->
                    new Refusal(
                            "TOOMANYREQUESTS", details.isEmpty() ? "too many requests" : details);
            // A HEAD has no body, so that its status must do.
            case 404 ->
                    body.length == 0
                            ? new Refusal("MANIFEST_UNKNOWN", "manifest unknown")
                            : new Refusal("", "received unexpected HTTP status: " + status(status));
            default -> new Refusal("", "received unexpected HTTP status: " + status(status));
        };
    }

    private static StatusException classify(int status, String code, String text) {
        if (code.equals("UNAUTHORIZED")) {
            return new StatusException.Unauthenticated(text);
        }
        return switch (status) {
            case 403 -> new StatusException.PermissionDenied(text);
            case 404 -> new StatusException.NotFound(text);
            case 408, 429, 500, 502, 503, 504 -> new StatusException.Unavailable(text);
            default -> new StatusException.Internal(text);
        };
    }

    private static JsonObject json(byte[] body) {
        try {
            return Json.parseObject(body);
        } catch (JsonException _) {
            return new JsonObject(); // A proxy's page, or nothing.
        }
    }
}
