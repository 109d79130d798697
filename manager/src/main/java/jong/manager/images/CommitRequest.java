package jong.manager.images;

import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How an image is made from another by one more layer.
 *
 * @param parent name or ID of the image below; empty for none
 * @param target the new image's name, or null to leave it without
 * @param members of the new configuration besides layers, history and platform: {@code config},
 *     {@code author} and so on
 * @param history of the new step, without its time
 */
public record CommitRequest(
        String parent, @Nullable Reference target, JsonObject members, JsonObject history) {

    /** Where the layer comes from. */
    @FunctionalInterface
    public interface Layer {
        /** Writes the plain tar archive of what changed. */
        void writeTo(java.io.OutputStream out) throws java.io.IOException;
    }
}
