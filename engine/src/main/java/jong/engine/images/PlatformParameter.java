package jong.engine.images;

import java.util.List;
import jong.engine.rest.Query;
import jong.oci.Platform;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Reads a parameter with a platform as JSON: {@code {"os": "linux", "architecture": "arm64"}}. */
final class PlatformParameter {

    private PlatformParameter() {}

    /**
     * The platform, or null if none is asked for.
     *
     * @throws InvalidArgument with docker's text if there are several or one is no platform
     */
    static @Nullable Platform of(Query query, String name) {
        List<String> texts = query.strings(name).stream().filter(text -> !text.isEmpty()).toList();
        if (texts.size() > 1) {
            throw new InvalidArgument(
                    "multiple platform parameters are not supported in this API version; use API"
                            + " version 1.52 or later");
        }
        return texts.isEmpty() ? null : parse(texts.getFirst());
    }

    private static Platform parse(String text) {
        JsonObject json;
        try {
            json = Json.parseObject(text);
            if (json.string("os").isEmpty() || json.string("architecture").isEmpty()) {
                throw new InvalidArgument("both OS and Architecture must be provided");
            }
        } catch (JsonException e) {
            throw new InvalidArgument("failed to parse platform: " + e.getMessage(), e);
        }
        return Platform.fromJson(json);
    }
}
