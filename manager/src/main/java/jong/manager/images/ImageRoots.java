package jong.manager.images;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import jong.manager.gc.Marks;
import jong.manager.gc.Roots;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;
import jong.oci.image.Manifest;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;

/**
 * What images refer to: an image its configuration, its manifest with what that lists, the lists of
 * platforms that it was pulled through, and the snapshots of its layers; a layer's snapshot,
 * whoever keeps it, the archive that it came from.
 */
final class ImageRoots implements Roots {

    private static final System.Logger LOG = System.getLogger(ImageRoots.class.getName());

    private final ContentStore content;
    private final Layers layers;
    private final ImageStore images;

    ImageRoots(ContentStore content, Layers layers, ImageStore images) {
        this.content = content;
        this.layers = layers;
        this.images = images;
    }

    @Override
    public boolean owns(String snapshot) {
        return Layers.isLayer(snapshot);
    }

    @Override
    public Set<String> noted() {
        Set<String> noted = new HashSet<>();
        layers.records().keySet().forEach(chainId -> noted.add(chainId.toString()));
        return noted;
    }

    @Override
    public void mark(Marks marks) {
        for (ImageStore.Stored image : images.all()) {
            mark(image, marks);
        }
        layers.records()
                .forEach((chainId, record) -> {
                    if (marks.hasSnapshot(chainId.toString())) {
                        marks.content(record.blob().digest());
                    }
                });
    }

    private void mark(ImageStore.Stored image, Marks marks) {
        marks.content(image.id());
        marks.content(image.manifest().digest());
        for (Listing listing : image.listings()) {
            marks.content(listing.index().digest());
            marks.content(listing.manifest());
        }
        try {
            var config = ImageConfig.parse(content.readAll(image.id(), ImageConfig.MAX_BYTES));
            config.chainIds().forEach(chainId -> marks.snapshot(chainId.toString()));
            byte[] manifest = content.readAll(image.manifest().digest(), Manifest.MAX_BYTES);
            for (Descriptor layer :
                    Manifest.parse(manifest, image.manifest().mediaType()).layers()) {
                marks.content(layer.digest());
            }
        } catch (IOException
                | StatusException.NotFound
                | StatusException.InvalidArgument
                | JsonException e) {
            if (images.get(image.id()).isPresent()) {
                LOG.log(
                        Level.WARNING,
                        "image "
                                + image.id()
                                + " is damaged, so nothing is removed until it is repaired (jong"
                                + " system check --repair) or removed: "
                                + e.getMessage());
                marks.incomplete();
            }
        }
    }

    @Override
    public void forget(String snapshot) {
        layers.forget(Digest.parse(snapshot));
    }
}
