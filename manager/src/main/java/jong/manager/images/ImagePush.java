package jong.manager.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.content.DistributionSource;
import jong.oci.image.ImageConfig;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.registry.BlobListener;
import jong.registry.Repository;

/**
 * Pushes to one repository: the layers, several at once, then the configuration, then the manifest,
 * so that a registry never has a manifest without what it refers to.
 */
final class ImagePush {

    private static final long SMALL_BYTES = 100 * 1024;
    private static final long MIDDLE_BYTES = 10 * 1024 * 1024;

    private final ContentStore content;
    private final LayerArchives archives;
    private final Repository repository;
    private final Reference name;
    private final int uploads;
    private final Progress progress;

    ImagePush(
            ContentStore content,
            LayerArchives archives,
            Repository repository,
            Reference name,
            int uploads,
            Progress progress) {
        this.content = content;
        this.archives = archives;
        this.repository = repository;
        this.name = name;
        this.uploads = uploads;
        this.progress = progress;
    }

    /**
     * What is in the repository after a push.
     *
     * @param manifest what the tag points to; it is in the content store
     * @param layers the blobs of the layers
     */
    record Pushed(Descriptor manifest, List<Digest> layers) {}

    /**
     * Pushes an image under a tag.
     *
     * @return what is in the registry now
     */
    Pushed run(ImageStore.Stored image, ImageConfig imageConfig, String tag)
            throws IOException, InterruptedException {
        List<Descriptor> layers = pushLayers(imageConfig);
        var config =
                Descriptor.of(
                        MediaTypes.DOCKER_CONFIG,
                        image.id(),
                        content.info(image.id()).orElseThrow().size());
        if (!repository.hasBlob(config.digest())) {
            repository.pushBlob(config, content, List.of(), Silence.INSTANCE);
        }
        byte[] bytes = manifest(image, config, layers);
        String type = Manifest.parse(bytes, "").mediaType();
        repository.pushManifest(tag, type, bytes);
        Digest digest = content.put(bytes);
        progress.status("", tag + ": digest: " + digest + " size: " + bytes.length);
        progress.pushed(tag, digest, bytes.length);
        return new Pushed(
                Descriptor.of(type, digest, bytes.length),
                layers.stream().map(Descriptor::digest).distinct().toList());
    }

    /**
     * The image's own manifest if it names exactly these layers: then its digest stays what it was
     * where the image came from. Otherwise a new one, in docker's form unless a layer has a type
     * that docker's form has no word for.
     */
    private byte[] manifest(ImageStore.Stored image, Descriptor config, List<Descriptor> layers)
            throws IOException {
        byte[] kept = content.readAll(image.manifest().digest(), Manifest.MAX_BYTES);
        Manifest own = Manifest.parse(kept, "");
        if (digests(own.layers()).equals(digests(layers))
                && own.layers().stream().noneMatch(ImagePush::isPlain)) {
            return kept;
        }
        boolean docker = layers.stream().noneMatch(l -> l.mediaType().endsWith("+zstd"));
        return docker
                ? Manifest.of(config, layers).bytes()
                : Manifest.of(
                                Descriptor.of(
                                        MediaTypes.OCI_CONFIG, config.digest(), config.size()),
                                layers.stream().map(ImagePush::inOciTerms).toList())
                        .bytes();
    }

    private static List<Digest> digests(List<Descriptor> layers) {
        return layers.stream().map(Descriptor::digest).toList();
    }

    private static boolean isPlain(Descriptor layer) {
        return layer.mediaType().equals(MediaTypes.DOCKER_LAYER)
                || layer.mediaType().equals(MediaTypes.OCI_LAYER);
    }

    private static Descriptor inOciTerms(Descriptor layer) {
        return layer.mediaType().equals(MediaTypes.DOCKER_LAYER_GZIP)
                ? Descriptor.of(MediaTypes.OCI_LAYER_GZIP, layer.digest(), layer.size())
                : layer;
    }

    /** Pushes the layers and returns where they are, the lowest first. */
    private List<Descriptor> pushLayers(ImageConfig config)
            throws IOException, InterruptedException {
        List<Digest> diffIds = config.diffIds();
        List<Digest> chain = config.chainIds();
        diffIds.reversed().forEach(id -> progress.status(id.shortHex(), "Preparing"));
        // Platform threads: compressing would hold the carriers of virtual ones.
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        Math.clamp(chain.size(), 1, uploads),
                        Thread.ofPlatform().daemon().name("push-", 0).factory());
        List<Future<Descriptor>> pushes = new ArrayList<>();
        try {
            List<Digest> started = new ArrayList<>();
            for (int i = chain.size() - 1; i >= 0; i--) {
                Digest chainId = chain.get(i);
                String id = diffIds.get(i).shortHex();
                boolean first = !started.contains(diffIds.get(i));
                started.add(diffIds.get(i));
                if (pushes.size() >= uploads) {
                    progress.status(id, "Waiting");
                }
                pushes.addFirst(threads.submit(() -> pushLayer(chainId, id, first)));
            }
            List<Descriptor> layers = new ArrayList<>();
            for (Future<Descriptor> push : pushes) {
                layers.add(LayerWork.await(push));
            }
            return layers;
        } finally {
            LayerWork.end(threads);
        }
    }

    /**
     * Brings a layer into the repository.
     *
     * @param first whether this is the first of the image's layers with that content
     */
    private Descriptor pushLayer(Digest chainId, String id, boolean first)
            throws IOException, InterruptedException {
        var listener = new UploadListener(id, progress);
        Optional<Descriptor> ready = archives.ready(chainId);
        if (ready.isEmpty() && first) {
            Descriptor made = new LayerUpload(content, archives, repository, listener).run(chainId);
            progress.status(id, "Pushed");
            return made;
        }
        Descriptor blob = ready.isPresent() ? ready.get() : compressAgain(chainId);
        if (!first) {
            return blob;
        }
        if (MediaTypes.isForeignLayer(blob.mediaType())) {
            progress.status(id, "Skipped foreign layer");
        } else if (repository.hasBlob(blob.digest())) {
            progress.status(id, "Layer already exists");
        } else {
            String source = repository.pushBlob(blob, content, mountable(blob), listener);
            progress.status(id, source.isEmpty() ? "Pushed" : "Mounted from " + source);
        }
        return blob;
    }

    /** A layer whose content another one has too, which is being sent. */
    private Descriptor compressAgain(Digest chainId) throws IOException {
        var nowhere = new UploadPipe();
        nowhere.leave();
        return archives.compress(chainId, nowhere, Silence.INSTANCE);
    }

    /** The larger a layer, the more attempts to mount it are cheaper than sending it. */
    private List<String> mountable(Descriptor blob) {
        List<String> others =
                DistributionSource.of(content.labels(blob.digest())).stream()
                        .filter(source -> source.host().equals(name.domain()))
                        .map(DistributionSource::repository)
                        .filter(path -> !path.equals(name.path()))
                        .toList();
        int attempts = blob.size() <= SMALL_BYTES ? 1 : blob.size() <= MIDDLE_BYTES ? 3 : 4;
        return others.subList(0, Math.min(others.size(), attempts));
    }

    /** Tells how a layer goes. */
    private record UploadListener(String id, Progress progress) implements BlobListener {
        @Override
        public void transferred(long current, long total) {
            progress.bytes(id, "Pushing", current, total);
        }

        @Override
        public void retrying(int secondsLeft) {
            progress.retrying(id, secondsLeft);
        }
    }

    /** A configuration is small. */
    private enum Silence implements BlobListener {
        INSTANCE;

        @Override
        public void transferred(long current, long total) {}

        @Override
        public void retrying(int secondsLeft) {}
    }
}
