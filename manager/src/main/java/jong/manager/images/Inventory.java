package jong.manager.images;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.manager.leases.Lease;
import jong.manager.leases.LeasedContent;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.content.DistributionSource;
import jong.oci.reference.Reference;
import jong.registry.BlobListener;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.Repository;

/** What the metadata say of images and layers, whether it is there or not, and ways to mend it. */
public final class Inventory {

    private final ImageStore images;
    private final Layers layers;
    private final ContentStore content;
    private final RegistryClient registry;

    Inventory(ImageStore images, Layers layers, ContentStore content, RegistryClient registry) {
        this.images = images;
        this.layers = layers;
        this.content = content;
        this.registry = registry;
    }

    /**
     * An image that there should be.
     *
     * @param id the digest of its configuration
     * @param manifest its manifest
     * @param indexes the lists of platforms that it was pulled through
     */
    public record KnownImage(Digest id, Descriptor manifest, List<Descriptor> indexes) {

        /** Copies the list. */
        public KnownImage {
            indexes = List.copyOf(indexes);
        }
    }

    /** All images. */
    public List<KnownImage> images() {
        return images.all().stream()
                .map(stored ->
                        new KnownImage(
                                stored.id(),
                                stored.manifest(),
                                stored.listings().stream().map(Listing::index).toList()))
                .toList();
    }

    /** All names and the images that they point to, which may not exist. */
    public Map<Reference, Digest> names() {
        return images.names();
    }

    /** All layers, by chain ID. */
    public Map<Digest, LayerRecord> layers() {
        return layers.records();
    }

    /** Removes a name that points to no image. */
    public void removeName(Reference name) {
        images.removeName(name);
    }

    /**
     * Fetches content that was lost from a repository that has it.
     *
     * @param auth whoever asks for it: Jong keeps no credentials
     */
    public void fetch(Descriptor wanted, DistributionSource source, RegistryAuth auth, Lease lease)
            throws IOException, InterruptedException {
        var leased = new LeasedContent(content, lease);
        Reference reference = Reference.parse(source.host() + "/" + source.repository());
        Repository repository = registry.repository(reference, auth);
        if (MediaTypes.isManifest(wanted.mediaType()) || MediaTypes.isIndex(wanted.mediaType())) {
            leased.put(wanted.digest(), repository.manifest(wanted.digest().toString()).bytes());
        } else {
            repository.fetchBlob(wanted, leased, new Silent());
        }
        content.updateLabels(wanted.digest(), source::addTo);
    }

    /**
     * Unpacks a layer's archive beside it, to be compared with what is there and to take its place.
     *
     * @param parent the chain ID of the layer below, or {@code ""}
     * @param diffId what must come out
     */
    public Copy unpack(Descriptor blob, Digest diffId, String parent, Lease lease)
            throws IOException {
        LayerUnpacking unpacking = layers.under(lease);
        LayerUnpacking.Pending layer = unpacking.unpack(blob, diffId, parent.isEmpty(), _ -> {});
        unpacking.inherit(layer, parent);
        return new Copy(unpacking, layer, parent);
    }

    /** A layer unpacked once more. Closing removes it unless it took the other's place. */
    public static final class Copy implements AutoCloseable {

        private final LayerUnpacking unpacking;
        private final LayerUnpacking.Pending layer;
        private final String parent;
        private boolean used;

        private Copy(LayerUnpacking unpacking, LayerUnpacking.Pending layer, String parent) {
            this.unpacking = unpacking;
            this.layer = layer;
            this.parent = parent;
        }

        /** In what the files of the layer of that chain ID differ from these, as a phrase. */
        public Optional<String> difference(Digest chainId) throws IOException {
            return unpacking.difference(chainId, layer);
        }

        /** Puts it in the place of the layer of that chain ID, there or not. */
        public void replace(Digest chainId) throws IOException {
            used = true; // From here on it is removed if that fails.
            unpacking.mend(layer, parent, chainId);
        }

        @Override
        public void close() throws IOException {
            if (!used) {
                unpacking.discard(layer);
            }
        }
    }

    /** Nobody looks on. */
    private static final class Silent implements BlobListener {
        @Override
        public void transferred(long current, long total) {}

        @Override
        public void retrying(int secondsLeft) {}
    }
}
