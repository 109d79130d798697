package jong.manager.images;

import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How an image is made from one tar archive.
 *
 * @param target its name, or null to leave it without
 * @param message the remark in its history
 * @param members of the new configuration besides layers, history and platform: {@code config} and
 *     so on
 * @param platform what it runs on
 */
public record ImportRequest(
        @Nullable Reference target, String message, JsonObject members, Platform platform) {}
