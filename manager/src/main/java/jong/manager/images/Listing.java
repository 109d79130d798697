package jong.manager.images;

import java.util.Set;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.json.JsonObject;

/**
 * A list of platforms through which an image was pulled.
 *
 * @param index the list, in the content store
 * @param manifest what the list names for the image; the image's own may have become another, when
 *     it was loaded before or pushed since
 */
record Listing(Descriptor index, Digest manifest) {

    static Listing fromJson(JsonObject json) {
        return new Listing(
                Descriptor.fromJson(json.object("index")), Digest.parse(json.string("manifest")));
    }

    JsonObject toJson() {
        return new JsonObject().with("index", index.toJson()).with("manifest", manifest.toString());
    }

    /** Whether two images were pulled through the same list. */
    boolean isOf(Listing other) {
        return index.digest().equals(other.index.digest());
    }

    boolean isIn(Set<Digest> indexes) {
        return indexes.contains(index.digest());
    }
}
