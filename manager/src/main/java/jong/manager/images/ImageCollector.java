package jong.manager.images;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jong.oci.Digest;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;

/**
 * Removes content and layers that belong to no image. A layer that a container stands on stays
 * until a collection after the container's end.
 */
final class ImageCollector implements Operations.Collector {

    private final ContentStore content;
    private final Layers layers;
    private final ImageStore images;

    ImageCollector(ContentStore content, Layers layers, ImageStore images) {
        this.content = content;
        this.layers = layers;
        this.images = images;
    }

    @Override
    public void collect() throws IOException {
        Set<Digest> keptContent = new HashSet<>();
        Set<Digest> keptLayers = new HashSet<>();
        for (ImageStore.Stored image : images.all()) {
            keptContent.add(image.id());
            keptContent.add(image.manifest().digest());
            keptLayers.addAll(
                    ImageConfig.parse(content.readAll(image.id(), ImageConfig.MAX_BYTES))
                            .chainIds());
        }
        layers.removeUnfinished();
        removeLayersBut(keptLayers);
        layers.records().values().forEach(record -> keptContent.add(record.blob().digest()));
        for (String ref : content.ingests()) {
            content.abort(ref);
        }
        for (ContentInfo info : content.list()) {
            if (!keptContent.contains(info.digest())) {
                content.delete(info.digest());
            }
        }
    }

    /** A layer goes after those that stand on it, so as many rounds as the longest chain. */
    private void removeLayersBut(Set<Digest> kept) throws IOException {
        boolean removed = true;
        while (removed) {
            removed = false;
            List<Digest> all = layers.snapshots();
            for (Digest chainId : all) {
                if (!kept.contains(chainId)) {
                    removed |= layers.remove(chainId);
                }
            }
        }
    }
}
