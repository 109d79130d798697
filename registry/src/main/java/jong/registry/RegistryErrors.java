package jong.registry;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/** Turns a registry's refusals into docker's texts. */
final class RegistryErrors {

    private static final int MAX_TEXT = 500;

    private RegistryErrors() {}

    /** The refusal of a request that names no image. */
    static StatusException of(HttpResponse<InputStream> response, byte[] body) {
        return classify(response.statusCode(), text(response, body));
    }

    /** The refusal of a manifest, blob or tag of an image. */
    static StatusException of(
            HttpResponse<InputStream> response, byte[] body, Reference reference) {
        String text = text(response, body);
        return switch (code(body, response)) {
            case "DENIED" ->
                    new StatusException.NotFound(
                            "pull access denied for "
                                    + reference.familiarName()
                                    + ", repository does not exist or may require 'docker login': "
                                    + text);
            case "MANIFEST_UNKNOWN" ->
                    new StatusException.NotFound(
                            "manifest for " + reference.familiarString() + " not found: " + text);
            case "NAME_UNKNOWN" ->
                    new StatusException.NotFound(
                            "repository " + reference.familiarName() + " not found: " + text);
            default -> classify(response.statusCode(), text);
        };
    }

    private static StatusException classify(int status, String text) {
        return switch (status) {
            case 404 -> new StatusException.NotFound(text);
            case 408, 429, 500, 502, 503, 504 -> new StatusException.Unavailable(text);
            // Docker answers 500 here; a 401 of the engine would mean the engine's own rights.
            default -> new StatusException.Internal(text);
        };
    }

    /** The registry's own code; a HEAD has no body, so that its status must do. */
    private static String code(byte[] body, HttpResponse<InputStream> response) {
        List<JsonObject> errors = errors(body);
        if (!errors.isEmpty()) {
            return errors.getFirst().string("code");
        }
        return response.statusCode() == 404 ? "MANIFEST_UNKNOWN" : "";
    }

    private static String text(HttpResponse<InputStream> response, byte[] body) {
        List<JsonObject> errors = errors(body);
        if (errors.isEmpty()) {
            return response.statusCode() == 404
                    ? "manifest unknown: manifest unknown"
                    : "received unexpected HTTP status: " + response.statusCode();
        }
        JsonObject error = errors.getFirst();
        String code = error.string("code").toLowerCase(Locale.ROOT).replace('_', ' ');
        String text = code + ": " + error.string("message");
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    private static List<JsonObject> errors(byte[] body) {
        try {
            return Json.parseObject(body).objects("errors");
        } catch (JsonException _) {
            return List.of(); // A proxy's page, or nothing.
        }
    }
}
