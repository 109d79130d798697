package jong.oci.image;

import java.util.function.Function;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/** The checks that all JSON documents of an image share: size, form, and one kind at a time. */
final class ImageDocument {

    private ImageDocument() {}

    /**
     * Parses a document and checks it by {@code view}; whatever is wrong with its JSON becomes an
     * {@link StatusException.InvalidArgument} that names {@code what}.
     */
    static <T> T read(byte[] bytes, int limit, String what, Function<JsonObject, T> view) {
        if (bytes.length > limit) {
            throw new StatusException.InvalidArgument(
                    what + " has " + bytes.length + " bytes, more than the limit of " + limit);
        }
        try {
            return view.apply(Json.parseObject(bytes));
        } catch (JsonException e) {
            throw new StatusException.InvalidArgument("invalid " + what + ": " + e.getMessage(), e);
        }
    }

    /** Refuses a document whose own type differs from that under which it was delivered. */
    static void checkMediaType(JsonObject json, String delivered, String what) {
        String own = json.string("mediaType");
        if (!own.isEmpty() && !delivered.isEmpty() && !own.equals(delivered)) {
            throw new StatusException.InvalidArgument(
                    "mediaType in " + what + " should be '" + delivered + "' not '" + own + "'");
        }
    }

    /** Refuses a document that could be read as two kinds (CVE-2021-41190). */
    static void checkAbsent(JsonObject json, String what, String... foreign) {
        for (String name : foreign) {
            if (json.has(name)) {
                throw new StatusException.InvalidArgument(
                        "invalid " + what + ": it has a member \"" + name + "\"");
            }
        }
    }

    /** Refuses other versions than 2; version 1 has docker's old signed manifests. */
    static void checkVersion(JsonObject json, String what) {
        if (json.number("schemaVersion") != 2) {
            throw new StatusException.InvalidArgument(
                    "unsupported "
                            + what
                            + ": schema version "
                            + json.number("schemaVersion")
                            + ", only 2 is supported");
        }
    }
}
