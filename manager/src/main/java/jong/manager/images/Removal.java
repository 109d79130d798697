package jong.manager.images;

import jong.wire.json.JsonObject;

/** What the removal of an image took away. */
public sealed interface Removal {

    /** The item of docker's answer. */
    JsonObject toJson();

    /**
     * A name is gone.
     *
     * @param name as docker shows it
     */
    record Untagged(String name) implements Removal {
        @Override
        public JsonObject toJson() {
            return new JsonObject().with("Untagged", name);
        }
    }

    /**
     * An image or a layer is gone.
     *
     * @param digest {@code sha256:…}, an image ID or a layer's chain ID
     * @param bytes of the layer's files; 0 for an image, whose layers are told by themselves
     */
    record Deleted(String digest, long bytes) implements Removal {
        @Override
        public JsonObject toJson() {
            return new JsonObject().with("Deleted", digest);
        }
    }
}
