package jong.manager.images;

import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.json.JsonObject;

/**
 * An unpacked layer.
 *
 * @param diffId digest of its plain archive
 * @param archiveSize bytes of its plain archive
 * @param size bytes of its files
 * @param blob the archive in the content store, compressed or not
 */
public record LayerRecord(Digest diffId, long archiveSize, long size, Descriptor blob) {

    static LayerRecord fromJson(JsonObject json) {
        return new LayerRecord(
                Digest.parse(json.string("diffId")),
                json.number("archiveSize"),
                json.number("size"),
                Descriptor.fromJson(json.object("blob")));
    }

    /** The same layer, in another archive. */
    LayerRecord withBlob(Descriptor other) {
        return new LayerRecord(diffId, archiveSize, size, other);
    }

    JsonObject toJson() {
        return new JsonObject()
                .with("diffId", diffId.toString())
                .with("archiveSize", archiveSize)
                .with("size", size)
                .with("blob", blob.toJson());
    }
}
