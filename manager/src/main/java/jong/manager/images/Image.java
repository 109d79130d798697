package jong.manager.images;

import java.util.List;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;

/**
 * An image as it was when it was asked for.
 *
 * @param id the digest of its configuration: docker's image ID
 * @param config its configuration; an empty one if it is lost
 * @param manifest where its manifest is in the content store
 * @param tags names with a tag that point to it, ordered
 * @param digests names with a digest under which it was pulled, ordered
 * @param size bytes of the files of all layers
 * @param lastTagged when a tag was last set, in nanoseconds since the epoch; 0 if never
 * @param parent the ID of the image that it was made from on this host; empty for none
 */
public record Image(
        Digest id,
        ImageConfig config,
        Descriptor manifest,
        List<Reference> tags,
        List<Reference> digests,
        long size,
        long lastTagged,
        String parent) {

    /** Copies the lists. */
    public Image {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }

    /** The image with other names. */
    public Image withNames(List<Reference> newTags, List<Reference> newDigests) {
        return new Image(id, config, manifest, newTags, newDigests, size, lastTagged, parent);
    }

    /** Whether its configuration is lost, so that what is known of it is little. */
    public boolean isDamaged() {
        return config.json().isEmpty();
    }

    /**
     * The name of the snapshot that holds the image's file system: the parent for a container's
     * own; {@code ""} if the image has no layers.
     */
    public String snapshot() {
        List<Digest> chain = config.chainIds();
        return chain.isEmpty() ? "" : chain.getLast().toString();
    }
}
