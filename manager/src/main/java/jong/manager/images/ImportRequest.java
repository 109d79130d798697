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
 * @param execution member {@code config} of the new configuration: the result of {@code --change}
 * @param platform what it runs on
 */
public record ImportRequest(
        @Nullable Reference target, String message, JsonObject execution, Platform platform) {}
