package jong.manager.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jong.manager.leases.Lease;
import jong.manager.leases.LeasedContent;
import jong.manager.metadata.MetadataStore;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.content.DistributionSource;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;
import jong.registry.Purpose;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;

/**
 * Pulls and pushes, from the first byte to the record of what is there now, and the notes of which
 * repository has which content.
 */
final class RegistryTransfers {

    private final ContentStore content;
    private final Layers layers;
    private final ImageStore images;
    private final MetadataStore metadata;
    private final LeasedWork works;
    private final RegistryClient registry;
    private final Transfers downloads;
    private final int uploads;

    /**
     * For all pulls and pushes of the images.
     *
     * @param downloads how many layers are fetched at once, of all pulls; 0 for any number
     * @param uploads how many layers are sent at once, of one push; 0 for any number
     */
    RegistryTransfers(
            ContentStore content,
            Layers layers,
            ImageStore images,
            MetadataStore metadata,
            LeasedWork works,
            RegistryClient registry,
            int downloads,
            int uploads) {
        this.content = content;
        this.layers = layers;
        this.images = images;
        this.metadata = metadata;
        this.works = works;
        this.registry = registry;
        this.downloads = new Transfers(downloads);
        this.uploads = uploads == 0 ? Integer.MAX_VALUE : uploads;
    }

    /** Pulls an image and names it; returns its ID. */
    Digest pull(Reference wanted, Platform platform, RegistryAuth auth, Progress progress)
            throws IOException, InterruptedException {
        Pull pull = pullOne(wanted, platform, auth, progress);
        progress.pulled(pull.newer(), wanted.familiarString());
        return pull.id();
    }

    /** Pulls all tags of a repository; returns the IDs of the images. */
    List<Digest> pullAll(
            Reference repository, Platform platform, RegistryAuth auth, Progress progress)
            throws IOException, InterruptedException {
        List<Digest> pulled = new ArrayList<>();
        boolean newer = false;
        for (String tag : registry.repository(repository, auth).tags()) {
            Pull pull = pullOne(repository.withTag(tag), platform, auth, progress);
            newer |= pull.newer();
            pulled.add(pull.id());
        }
        progress.pulled(newer, repository.familiarName());
        return pulled;
    }

    /** An image that was pulled, and whether its name meant another one before. */
    private record Pull(Digest id, boolean newer) {}

    private Pull pullOne(Reference wanted, Platform platform, RegistryAuth auth, Progress progress)
            throws IOException, InterruptedException {
        return works.run(
                "pull",
                wanted + " " + platform,
                lease -> {
                    var pull =
                            new ImagePull(
                                    lease,
                                    new LeasedContent(content, lease),
                                    layers.under(lease),
                                    downloads,
                                    registry,
                                    wanted,
                                    platform,
                                    auth,
                                    progress);
                    ImagePull.Pulled pulled = pull.run();
                    boolean newer = !Optional.of(pulled.id()).equals(images.pointed(wanted));
                    List<Reference> names =
                            List.of(wanted.withDigest(pulled.named().digest()), wanted);
                    var source = new DistributionSource(wanted.domain(), wanted.path());
                    metadata.transaction(() -> {
                        pulled.content().forEach(digest -> noteSource(digest, source));
                        images.add(pulled.id(), pulled.manifest(), List.of());
                        pulled.listing()
                                .ifPresent(listing ->
                                        images.pulledThrough(
                                                pulled.id(), listing, names.getFirst()));
                        images.add(
                                pulled.id(),
                                pulled.manifest(),
                                newer ? names : names.subList(0, 1));
                    });
                    return new Pull(pulled.id(), newer);
                });
    }

    /**
     * Pushes an image, or without a tag all tags of the repository.
     *
     * @param choice the image to push, by the one that a name points to
     */
    void push(
            Reference reference, UnaryOperator<Digest> choice, RegistryAuth auth, Progress progress)
            throws IOException, InterruptedException {
        List<Reference> names = images.namesToPush(reference);
        works.run(
                "push",
                reference.toString(),
                lease -> {
                    var leased = new LeasedContent(content, lease);
                    var push =
                            new ImagePush(
                                    leased,
                                    new LayerArchives(leased, layers),
                                    registry.repository(reference, auth, Purpose.PUSH),
                                    reference,
                                    uploads,
                                    progress);
                    for (Reference name : names) {
                        push(name, choice, push, lease);
                    }
                    return names;
                });
    }

    private void push(Reference name, UnaryOperator<Digest> choice, ImagePush push, Lease lease)
            throws IOException, InterruptedException {
        ImageStore.Stored image = images.existing(choice.apply(images.named(name).id()));
        var config = ImageConfig.parse(content.readAll(image.id(), ImageConfig.MAX_BYTES));
        layers.keep(image, config, lease);
        if (images.get(image.id()).isEmpty()) { // Removed before the lease could keep it.
            throw ImageStore.noSuchTag(name);
        }
        ImagePush.Pushed pushed = push.run(image, config, String.valueOf(name.tag()));
        var source = new DistributionSource(name.domain(), name.path());
        metadata.transaction(() -> {
            pushed.layers().forEach(digest -> noteSource(digest, source));
            Digest digest = pushed.manifest().digest();
            images.pushed(image.id(), pushed.manifest(), name.withDigest(digest));
        });
    }

    private void noteSource(Digest digest, DistributionSource source) {
        if (content.info(digest).isPresent()) { // A layer may be here in another compression.
            content.updateLabels(digest, source::addTo);
        }
    }
}
