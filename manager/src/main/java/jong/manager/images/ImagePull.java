package jong.manager.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.manager.leases.Lease;
import jong.manager.leases.Resource;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;
import jong.oci.image.Index;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.registry.BlobListener;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RemoteManifest;
import jong.registry.Repository;
import jong.wire.status.StatusException;

/**
 * One pull: the manifest, the configuration, then the layers, each fetched and unpacked on a thread
 * of its own, and put on top of each other as they get ready.
 */
final class ImagePull {

    private final Lease lease;
    private final ContentStore content;
    private final LayerUnpacking layers;
    private final Transfers transfers;
    private final Repository repository;
    private final Reference reference;
    private final Platform platform;
    private final Progress progress;

    /**
     * Prepares a pull.
     *
     * @param lease keeps what comes; what of it lets a later pull go on is recorded in it
     */
    ImagePull(
            Lease lease,
            ContentStore content,
            LayerUnpacking layers,
            Transfers transfers,
            RegistryClient client,
            Reference reference,
            Platform platform,
            RegistryAuth auth,
            Progress progress) {
        this.lease = lease;
        this.content = content;
        this.layers = layers;
        this.transfers = transfers;
        this.repository = client.repository(reference, auth);
        this.reference = reference;
        this.platform = platform;
        this.progress = progress;
    }

    /**
     * What came.
     *
     * @param id the digest of the configuration
     * @param manifest the image's manifest, in the content store
     * @param named what the name points to in the registry: the index, if there is one
     * @param content all that the repository has of it
     */
    record Pulled(Digest id, Descriptor manifest, Descriptor named, List<Digest> content) {

        /** Copies the list. */
        Pulled {
            content = List.copyOf(content);
        }

        /** The list of platforms that it was chosen from; or empty. */
        Optional<Listing> listing() {
            return MediaTypes.isIndex(named.mediaType())
                    ? Optional.of(new Listing(named, manifest.digest()))
                    : Optional.empty();
        }
    }

    Pulled run() throws IOException, InterruptedException {
        RemoteManifest first = named();
        // Only now, as docker: a name that the registry does not have is refused with a status.
        progress.heading(
                reference.digest() != null ? reference.toString() : String.valueOf(reference.tag()),
                "Pulling from " + reference.path());
        RemoteManifest chosen = forPlatform(first);
        Manifest manifest = Manifest.parse(chosen.bytes(), chosen.descriptor().mediaType());
        Layers.requireShowable(manifest.layers().size());
        checkConfig(manifest.config());
        var sound = new SoundContent(content);
        for (Descriptor layer : manifest.layers()) {
            sound.hasOfSize(layer);
        }
        boolean known = sound.has(manifest.config());
        if (!known) {
            record(manifest);
        }
        transfers.fetch(
                manifest.config().digest(),
                new ConfigListener(),
                listener -> fetch(manifest.config(), listener));
        ImageConfig config =
                ImageConfig.parse(
                        content.readAll(manifest.config().digest(), ImageConfig.MAX_BYTES));
        if (config.diffIds().size() != manifest.layers().size()) {
            throw new StatusException.InvalidArgument(
                    "invalid image: "
                            + manifest.layers().size()
                            + " layers in the manifest, "
                            + config.diffIds().size()
                            + " in the configuration");
        }
        if (!known || !config.chainIds().stream().allMatch(layers::exists)) {
            record(manifest);
            lease.record(
                    config.chainIds().stream()
                            .map(chainId -> Resource.snapshot(chainId.toString()))
                            .toList());
            pullLayers(manifest.layers(), config);
        }
        content.put(chosen.descriptor().digest(), chosen.bytes());
        content.put(first.descriptor().digest(), first.bytes()); // The same, or of platforms.
        progress.status("", "Digest: " + first.descriptor().digest());
        var descriptor =
                Descriptor.of(
                        manifest.mediaType(),
                        chosen.descriptor().digest(),
                        chosen.descriptor().size());
        List<Digest> all = new ArrayList<>(List.of(descriptor.digest()));
        all.add(manifest.config().digest());
        manifest.layers().forEach(layer -> all.add(layer.digest()));
        var named =
                Descriptor.of(
                        first.descriptor().mediaType(),
                        first.descriptor().digest(),
                        first.bytes().length);
        all.add(named.digest());
        return new Pulled(manifest.config().digest(), descriptor, named, all);
    }

    /** The document that the reference names. */
    private RemoteManifest named() throws IOException, InterruptedException {
        Digest asked = reference.digest();
        String name = asked != null ? asked.toString() : String.valueOf(reference.tag());
        if (asked == null) {
            // A HEAD first: registries that count downloads do not count it.
            Optional<Descriptor> resolved = repository.resolve(name);
            if (resolved.isPresent()) {
                name = resolved.get().digest().toString();
            }
        }
        RemoteManifest found = repository.manifest(name);
        String type = found.descriptor().mediaType();
        if (MediaTypes.isIndex(type)) {
            Index.parse(found.bytes(), type);
        } else if (MediaTypes.isManifest(type)) {
            Manifest.parse(found.bytes(), type);
        } else if (type.startsWith(MediaTypes.DOCKER_SCHEMA_1)) {
            throw new StatusException.InvalidArgument(
                    "Docker Image Format v1 and Docker Image manifest version 2, schema 1 are not"
                            + " supported. Suggest the author of "
                            + reference.familiarString()
                            + " to upgrade the image to the OCI Format or Docker Image manifest"
                            + " v2, schema 2. More information at"
                            + " https://docs.docker.com/go/deprecated-image-specs/");
        } else {
            throw new StatusException.InvalidArgument("unsupported media type " + type);
        }
        return found;
    }

    private static void checkConfig(Descriptor config) {
        ImageStore.requireId(config.digest());
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new StatusException.InvalidArgument(
                    "unsupported media type " + config.mediaType());
        }
        if (config.size() > ImageConfig.MAX_BYTES) {
            throw new StatusException.InvalidArgument(
                    "image configuration "
                            + config.digest()
                            + " has "
                            + config.size()
                            + " bytes, limit "
                            + ImageConfig.MAX_BYTES);
        }
    }

    /** Lets a later pull go on with what has come until this one is cut short. */
    private void record(Manifest manifest) {
        List<Resource> coming = new ArrayList<>();
        List<Descriptor> blobs = new ArrayList<>(manifest.layers());
        blobs.add(manifest.config());
        for (Descriptor blob : blobs) {
            coming.add(Resource.content(blob.digest()));
            coming.add(Resource.ingest(Repository.ingestRef(blob.digest())));
        }
        lease.record(coming);
    }

    private RemoteManifest forPlatform(RemoteManifest found)
            throws IOException, InterruptedException {
        if (!MediaTypes.isIndex(found.descriptor().mediaType())) {
            return found;
        }
        Descriptor chosen =
                Index.parse(found.bytes(), found.descriptor().mediaType())
                        .select(platform)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "no matching manifest for "
                                                + platform
                                                + " in the manifest list entries"));
        return repository.manifest(chosen.digest().toString());
    }

    private void pullLayers(List<Descriptor> blobs, ImageConfig config)
            throws IOException, InterruptedException {
        List<Digest> chain = config.chainIds();
        int present = 0;
        while (present < blobs.size() && layers.exists(chain.get(present))) {
            progress.status(shortId(blobs.get(present)), "Already exists");
            present++;
        }
        blobs.subList(present, blobs.size())
                .forEach(blob -> progress.status(shortId(blob), "Pulling fs layer"));
        // Platform threads: inflating would hold the carriers of virtual ones.
        int parallel = transfers.layersAtOnce();
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        Math.clamp(blobs.size() - present, 1, parallel),
                        Thread.ofPlatform().daemon().name("pull-", 0).factory());
        List<Future<LayerUnpacking.Pending>> pending = new ArrayList<>();
        int committed = 0;
        try {
            for (int i = present; i < blobs.size(); i++) {
                Descriptor blob = blobs.get(i);
                Digest diffId = config.diffIds().get(i);
                boolean bottom = i == 0;
                if (i - present >= parallel) {
                    progress.status(shortId(blob), "Waiting");
                }
                pending.add(threads.submit(() -> pullLayer(blob, diffId, bottom)));
            }
            for (Future<LayerUnpacking.Pending> layer : pending) {
                int position = present + committed;
                LayerUnpacking.Pending ready = LayerWork.await(layer);
                committed++; // From here on, commit() removes it if it fails.
                String parent = position == 0 ? "" : chain.get(position - 1).toString();
                layers.commit(ready, parent, chain.get(position));
                progress.status(shortId(blobs.get(position)), "Pull complete");
            }
        } finally {
            LayerWork.end(threads);
            discard(pending.subList(committed, pending.size()));
        }
    }

    private LayerUnpacking.Pending pullLayer(Descriptor blob, Digest diffId, boolean bottom)
            throws IOException, InterruptedException {
        String id = shortId(blob);
        transfers.fetchLayer(
                blob.digest(),
                new DownloadListener(id, progress),
                listener -> fetch(blob, listener));
        progress.status(id, "Verifying Checksum");
        progress.status(id, "Download complete");
        return layers.unpack(
                blob,
                diffId,
                bottom,
                current -> progress.bytes(id, "Extracting", current, blob.size()));
    }

    private void fetch(Descriptor blob, BlobListener listener)
            throws IOException, InterruptedException {
        if (!content.has(blob)) {
            repository.fetchBlob(blob, content, listener);
        }
    }

    /** Takes back layers that were unpacked for nothing. */
    private void discard(List<Future<LayerUnpacking.Pending>> pending) throws IOException {
        for (Future<LayerUnpacking.Pending> layer : pending) {
            if (layer.state() == Future.State.SUCCESS) {
                layers.discard(layer.resultNow());
            }
        }
    }

    private static String shortId(Descriptor blob) {
        return blob.digest().shortHex();
    }

    /** Tells how a layer comes. */
    private static final class DownloadListener implements BlobListener {
        private final String id;
        private final Progress progress;

        DownloadListener(String id, Progress progress) {
            this.id = id;
            this.progress = progress;
        }

        @Override
        public void transferred(long current, long total) {
            progress.bytes(id, "Downloading", current, total);
        }

        @Override
        public void retrying(int secondsLeft) {
            progress.retrying(id, secondsLeft);
        }
    }

    /** A configuration is small. */
    private static final class ConfigListener implements BlobListener {
        @Override
        public void transferred(long current, long total) {}

        @Override
        public void retrying(int secondsLeft) {}
    }
}
