package jong.registry.server.storage;

import jong.wire.json.JsonObject;

/**
 * What a collection took.
 *
 * @param manifests removed from repositories
 * @param links to blobs removed from repositories
 * @param blobs deleted
 * @param bytes of those
 * @param uploads thrown away
 */
public record CollectionResult(int manifests, int links, int blobs, long bytes, int uploads) {

    /** The result as an object of numbers. */
    public JsonObject toJson() {
        return new JsonObject()
                .with("manifests", manifests)
                .with("links", links)
                .with("blobs", blobs)
                .with("bytes", bytes)
                .with("uploads", uploads);
    }

    @Override
    public String toString() {
        return "removed %d manifests, %d links, %d blobs (%d bytes), %d uploads"
                .formatted(manifests, links, blobs, bytes, uploads);
    }
}
