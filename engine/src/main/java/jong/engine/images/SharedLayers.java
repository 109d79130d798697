package jong.engine.images;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import jong.manager.images.Image;
import jong.oci.Digest;

/** Tells how much of an image others have, too. */
final class SharedLayers {

    private final Map<Digest, Integer> users = new HashMap<>();
    private final ToLongFunction<Digest> size;

    /**
     * Counts.
     *
     * @param images among which layers are shared
     * @param size the bytes of a layer, by its chain ID
     */
    SharedLayers(List<Image> images, ToLongFunction<Digest> size) {
        images.forEach(
                image -> image.config().chainIds().forEach(id -> users.merge(id, 1, Integer::sum)));
        this.size = size;
    }

    /** Bytes of the image's layers that are in another image. */
    long size(Image image) {
        return image.config().chainIds().stream()
                .filter(id -> users.getOrDefault(id, 0) > 1)
                .mapToLong(size)
                .sum();
    }
}
