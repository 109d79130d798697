package jong.oci.image;

import jong.wire.json.JsonObject;

/**
 * How a layer came to be (OCI image-spec, config.md, "history").
 *
 * @param json the entry; it is not changed after the record was made
 */
public record History(JsonObject json) {

    /** When, as RFC 3339 text, or {@code ""}. */
    public String created() {
        return json.string("created");
    }

    /** The command that made it. */
    public String createdBy() {
        return json.string("created_by");
    }

    /** A remark. */
    public String comment() {
        return json.string("comment");
    }

    /** Whether the step changed no files, so that no layer belongs to it. */
    public boolean emptyLayer() {
        return json.flag("empty_layer");
    }
}
