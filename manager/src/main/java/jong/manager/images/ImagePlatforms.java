package jong.manager.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentStore;
import jong.oci.image.Index;
import jong.oci.image.Manifest;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;

/**
 * The platforms of images. A name points to one image, as with docker's classic store; those of
 * other platforms that were pulled by the same name are found through the index that they share,
 * whatever other names or IDs the one asked for has. An image of several indexes finds the images
 * of all.
 */
final class ImagePlatforms {

    private final ContentStore content;
    private final Layers layers;
    private final ImageStore images;
    private final Images described;

    /**
     * Looks into what is stored.
     *
     * @param described tells more of what {@code images} has
     */
    ImagePlatforms(ContentStore content, Layers layers, ImageStore images, Images described) {
        this.content = content;
        this.layers = layers;
        this.images = images;
        this.described = described;
    }

    /** The one that suits best: the image itself, or one of another platform beside it. */
    Optional<Image> choose(Image image, Platform wanted) {
        List<Image> all = new ArrayList<>(List.of(image));
        all.addAll(siblings(image));
        return all.stream()
                .filter(each -> each.config().suits(wanted))
                .min(
                        Comparator.comparing(each ->
                                wanted.distanceTo(each.config().platform())
                                        .orElse(Integer.MAX_VALUE)));
    }

    /** What there is of an image: all that its last index lists, or its own manifest. */
    List<PlatformManifest> manifests(Image image) throws IOException {
        List<Listing> listings =
                images.get(image.id()).map(ImageStore.Stored::listings).orElse(List.of());
        if (!listings.isEmpty()) {
            Descriptor index = listings.getLast().index();
            try {
                byte[] bytes = content.readAll(index.digest(), Manifest.MAX_BYTES);
                return listed(image, index, Index.parse(bytes, index.mediaType()).manifests());
            } catch (StatusException.NotFound | StatusException.InvalidArgument | JsonException _) {
                // Damage, which a check of the store tells; the image itself works.
            }
        }
        return List.of(
                new PlatformManifest(
                        image.manifest(),
                        image.config().platform(),
                        Optional.of(image),
                        size(image)));
    }

    private List<PlatformManifest> listed(Image image, Descriptor index, List<Descriptor> entries) {
        Map<Digest, Image> present = new HashMap<>();
        for (Image each : siblings(image)) {
            manifest(each, index).ifPresent(manifest -> present.put(manifest, each));
        }
        manifest(image, index).ifPresent(manifest -> present.put(manifest, image));
        List<PlatformManifest> all = new ArrayList<>();
        for (Descriptor entry : entries) {
            Optional<Image> found = Optional.ofNullable(present.get(entry.digest()));
            Platform platform = entry.platform();
            if (platform == null) {
                platform = found.orElse(image).config().platform();
            }
            all.add(new PlatformManifest(entry, platform, found, found.map(this::size).orElse(0L)));
        }
        return all;
    }

    private Optional<Digest> manifest(Image image, Descriptor index) {
        return images.get(image.id()).flatMap(stored -> stored.manifestIn(index));
    }

    private List<Image> siblings(Image image) {
        return images.get(image.id()).map(images::platformsOf).orElse(List.of()).stream()
                .filter(other -> !other.id().equals(image.id()))
                .flatMap(other -> described.find(other.id().toString()).stream())
                .toList();
    }

    private long size(Image image) {
        long documents = size(image.id()) + size(image.manifest().digest());
        return image.config().chainIds().stream()
                        .flatMap(chainId -> layers.record(chainId).stream())
                        .mapToLong(layer -> layer.blob().size())
                        .sum()
                + documents;
    }

    private long size(Digest digest) {
        return content.info(digest).map(ContentInfo::size).orElse(0L);
    }
}
