package jong.manager.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.unpack.Compression;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.oci.image.ImageConfig;
import jong.oci.image.Index;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Reads images from an archive: {@code docker save}'s, whose {@code manifest.json} says what is in
 * it, an OCI layout with its {@code index.json}, or one of docker before 1.10.
 *
 * <p>The archive is a stream, and may tell what it holds at its end. So every file goes into the
 * content store first, under its digest; what the images do not use is collected afterwards. Names
 * in the archive are only ever looked up in what was read, never used as paths.
 */
final class ArchiveLoad {

    private static final int MAX_FILES = 100_000;
    private static final int MAX_INDEX_DEPTH = 3;
    private static final String IMAGE_NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private final ContentStore content;
    private final LayerUnpacking layers;
    private final @Nullable Platform platform;
    private final Progress progress;

    /** What the archive holds: names, and the digests and sizes of the files. */
    private final Map<String, Descriptor> files = new HashMap<>();

    private final List<Loaded> loaded = new ArrayList<>();

    /**
     * Prepares to load.
     *
     * @param platform of which platform the images shall be; null for any
     */
    ArchiveLoad(
            ContentStore content,
            LayerUnpacking layers,
            @Nullable Platform platform,
            Progress progress) {
        this.content = content;
        this.layers = layers;
        this.platform = platform;
        this.progress = progress;
    }

    /**
     * An image of the archive, unpacked.
     *
     * @param id the digest of its configuration
     * @param manifest its manifest, in the content store
     * @param names its names in the archive
     */
    record Loaded(Digest id, Descriptor manifest, List<Reference> names) {}

    List<Loaded> run(InputStream archive) throws IOException {
        // What is in the archive may inflate again, each layer up to the limit of layers.
        var limits = new UnpackLimits(Long.MAX_VALUE, layers.limits().ratio());
        try (InputStream plain = Compression.decompressedBehind(archive, limits)) {
            readFiles(new BufferedInputStream(plain, 128 * 1024));
        }
        try {
            loadImages();
        } catch (JsonException e) {
            throw new StatusException.InvalidArgument("invalid archive: " + e.getMessage(), e);
        }
        if (platform != null && loaded.isEmpty()) {
            throw none(platform);
        }
        return loaded;
    }

    private void loadImages() throws IOException {
        var legacy = new LegacyArchive(content, files);
        if (files.containsKey("manifest.json")) {
            loadDocker();
        } else if (files.containsKey("index.json")) {
            loadIndex(Index.parse(document("index.json"), ""), null, 0);
        } else if (legacy.isOne()) {
            loadLegacy(legacy);
        } else {
            throw new StatusException.InvalidArgument(
                    "invalid archive: it has neither manifest.json nor index.json");
        }
    }

    private static StatusException none(Platform platform) {
        return new StatusException.NotFound("no image for " + platform + " in archive");
    }

    private void readFiles(InputStream plain) throws IOException {
        Map<String, String> links = new HashMap<>();
        var tar = new TarReader(plain);
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            if (files.size() + links.size() >= MAX_FILES) {
                throw new StatusException.InvalidArgument(
                        "invalid archive: more than " + MAX_FILES + " files");
            }
            String name = clean(entry.name());
            switch (entry.type()) {
                case FILE -> files.put(name, store(entry, tar.content()));
                case HARD_LINK -> links.put(name, clean(entry.linkName()));
                case SYMLINK -> links.put(name, clean(name + "/../" + entry.linkName()));
                default -> {} // Directories say nothing, and other files have no place here.
            }
        }
        links.forEach((name, target) -> {
            if (files.containsKey(target)) {
                files.put(name, files.get(target));
            }
        });
    }

    private Descriptor store(TarEntry entry, InputStream file) throws IOException {
        long limit = layers.limits().bytes();
        if (entry.size() > limit) {
            throw new IOException(
                    "file \""
                            + entry.name()
                            + "\" of the archive is larger than "
                            + limit
                            + " bytes, which is the limit");
        }
        String ref = "load-" + Thread.currentThread().threadId() + "-" + files.size();
        ContentWriter writer = content.writer(ref, null);
        try (writer) {
            writer.restart();
            long size = file.transferTo(writer);
            return Descriptor.of("", writer.commit(), size);
        } catch (IOException | RuntimeException e) {
            writer.discard();
            throw e;
        }
    }

    private void loadDocker() throws IOException {
        if (!(Json.parse(document("manifest.json")) instanceof List<?> images)) {
            throw new StatusException.InvalidArgument("invalid manifest.json: it is no list");
        }
        for (Object image : images) {
            if (!(image instanceof JsonObject json)) {
                throw new StatusException.InvalidArgument("invalid manifest.json: bad element");
            }
            Descriptor config = file(json.string("Config"));
            List<Descriptor> blobs = new ArrayList<>();
            for (String layer : json.strings("Layers")) {
                Descriptor found = file(layer);
                blobs.add(Descriptor.of(MediaTypes.DOCKER_LAYER, found.digest(), found.size()));
            }
            List<Reference> names =
                    json.strings("RepoTags").stream().map(TagNames::inDockerArchive).toList();
            loadDescribed(config, blobs, names);
        }
    }

    private void loadLegacy(LegacyArchive legacy) throws IOException {
        for (LegacyArchive.Described image : legacy.images()) {
            loadDescribed(image.config(), image.blobs(), image.names());
        }
    }

    private void loadDescribed(Descriptor config, List<Descriptor> blobs, List<Reference> names)
            throws IOException {
        Layers.requireShowable(blobs.size());
        byte[] manifest =
                Manifest.of(
                                Descriptor.of(
                                        MediaTypes.DOCKER_CONFIG, config.digest(), config.size()),
                                blobs)
                        .bytes();
        var descriptor =
                Descriptor.of(MediaTypes.DOCKER_MANIFEST, content.put(manifest), manifest.length);
        loadImage(config.digest(), blobs, descriptor, names);
    }

    private void loadIndex(Index index, @Nullable Reference inherited, int depth)
            throws IOException {
        if (depth >= MAX_INDEX_DEPTH) {
            throw new StatusException.InvalidArgument(
                    "invalid archive: indexes nested deeper than " + MAX_INDEX_DEPTH);
        }
        // The outermost index lists images; one below lists the platforms of one image.
        Platform wanted = platform == null ? Platform.host() : platform;
        List<Descriptor> chosen =
                depth == 0
                        ? index.manifests()
                        : index.select(wanted).map(List::of).orElse(List.of());
        if (chosen.isEmpty() && platform == null) {
            throw none(wanted);
        }
        for (Descriptor descriptor : chosen) {
            Reference own = name(descriptor);
            Reference name = own == null ? inherited : own;
            byte[] bytes = content.readAll(present(descriptor).digest(), Manifest.MAX_BYTES);
            if (MediaTypes.isIndex(descriptor.mediaType())) {
                loadIndex(Index.parse(bytes, descriptor.mediaType()), name, depth + 1);
                continue;
            }
            Manifest manifest = Manifest.parse(bytes, descriptor.mediaType());
            Layers.requireShowable(manifest.layers().size());
            for (Descriptor layer : manifest.layers()) {
                present(layer);
            }
            ImageStore.requireId(manifest.config().digest());
            loadImage(
                    present(manifest.config()).digest(),
                    manifest.layers(),
                    Descriptor.of(manifest.mediaType(), descriptor.digest(), bytes.length),
                    name == null ? List.of() : List.of(name));
        }
    }

    private void loadImage(
            Digest id, List<Descriptor> blobs, Descriptor manifest, List<Reference> names)
            throws IOException {
        ImageConfig config = ImageConfig.parse(content.readAll(id, ImageConfig.MAX_BYTES));
        if (platform != null && !config.suits(platform)) {
            return;
        }
        List<Digest> chain = config.chainIds();
        if (chain.size() != blobs.size()) {
            throw new StatusException.InvalidArgument(
                    "invalid archive: image "
                            + id
                            + " has "
                            + chain.size()
                            + " layers, not "
                            + blobs.size());
        }
        String parent = "";
        for (int i = 0; i < blobs.size(); i++) {
            if (!layers.exists(chain.get(i))) {
                Digest diffId = config.diffIds().get(i);
                Descriptor blob = blobs.get(i);
                layers.commit(
                        layers.unpack(
                                blob,
                                diffId,
                                i == 0,
                                current ->
                                        progress.bytes(
                                                diffId.shortHex(),
                                                "Loading layer",
                                                current,
                                                blob.size())),
                        parent,
                        chain.get(i));
            }
            parent = chain.get(i).toString();
        }
        loaded.add(new Loaded(id, manifest, names));
    }

    /** A file of the OCI layout whose name is its digest; what it was stored under is its truth. */
    private Descriptor present(Descriptor descriptor) {
        if (!content.has(descriptor)) {
            throw new StatusException.InvalidArgument(
                    "invalid archive: content " + descriptor.digest() + " is missing");
        }
        return descriptor;
    }

    private Descriptor file(String name) {
        Descriptor found = files.get(clean(name));
        if (found == null) {
            throw new StatusException.InvalidArgument(
                    "invalid archive: file \"" + name + "\" is missing");
        }
        return found;
    }

    private byte[] document(String name) throws IOException {
        return content.readAll(file(name).digest(), ImageConfig.MAX_BYTES);
    }

    private static @Nullable Reference name(Descriptor descriptor) {
        String full = descriptor.annotations().getOrDefault(IMAGE_NAME, "");
        if (!full.isEmpty()) {
            return TagNames.inLayout(full);
        }
        // Without containerd's annotation a name is taken if it is more than a bare tag.
        String ref = descriptor.annotations().getOrDefault(REF_NAME, "");
        return ref.contains(":") || ref.contains("/") ? TagNames.inLayout(ref) : null;
    }

    /** Cleans a name by text; what leads above the root stays there and so matches nothing. */
    private static String clean(String name) {
        var parts = new java.util.ArrayDeque<String>();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
