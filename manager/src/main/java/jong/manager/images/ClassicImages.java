package jong.manager.images;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import jong.manager.gc.GarbageCollector;
import jong.manager.leases.Lease;
import jong.manager.leases.LeasedContent;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Images with docker's classic identity, on a content store, overlayfs snapshots and the metadata.
 *
 * <p>Nothing is kept in memory: the metadata decides, and whoever asks sees the last change.
 */
public final class ClassicImages implements Images {

    /** When the image that Jong carries was made: the same file gives the same image. */
    private static final Instant BUILT_IN_CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private final ContentStore content;
    private final Layers layers;
    private final ImageStore images;
    private final RegistryClient registry;
    private final RegistryTransfers transfers;
    private final MetadataStore metadata;
    private final Leases leases;
    private final GarbageCollector collector;
    private final LeasedWork works;
    private final ImagePlatforms platforms;

    /**
     * Opens the images and removes what an earlier process left half done and can not go on with.
     * The stores belong to these images alone, the metadata but for their buckets, the snapshots
     * but for those of containers.
     *
     * @param leases of all work with the stores, also of others
     * @param downloads how many layers are fetched at once, of all pulls; 0 for any number
     * @param uploads how many layers are sent at once, of one push; 0 for any number
     * @param limits how large a layer may become
     */
    public ClassicImages(
            ContentStore content,
            LayerSnapshotter snapshots,
            MetadataStore metadata,
            Leases leases,
            RegistryClient registry,
            int downloads,
            int uploads,
            UnpackLimits limits)
            throws IOException {
        this.content = content;
        this.metadata = metadata;
        this.leases = leases;
        this.layers = new Layers(content, snapshots, metadata, limits);
        this.images = new ImageStore(metadata);
        this.platforms = new ImagePlatforms(content, layers, images, this);
        this.registry = registry;
        this.collector =
                new GarbageCollector(
                        content, snapshots, leases, new ImageRoots(content, layers, images));
        this.works = new LeasedWork(leases, collector);
        this.transfers =
                new RegistryTransfers(
                        content, layers, images, metadata, works, registry, downloads, uploads);
        collector.collectAfterwards();
        new LayerRecovery(layers, inventory(), leases).run();
    }

    /** Takes back the space of what no image, container or lease refers to. */
    public GarbageCollector collector() {
        return collector;
    }

    /** What there should be, for who looks whether it is. */
    public Inventory inventory() {
        return new Inventory(images, layers, content, registry);
    }

    @Override
    public Image pull(
            Reference reference, Platform platform, RegistryAuth auth, ProgressListener listener)
            throws IOException, InterruptedException {
        Reference wanted = ImageStore.lookupName(reference);
        return byId(transfers.pull(wanted, platform, auth, new Progress(listener)));
    }

    @Override
    public List<Image> pullAll(
            Reference repository, Platform platform, RegistryAuth auth, ProgressListener listener)
            throws IOException, InterruptedException {
        return transfers.pullAll(repository, platform, auth, new Progress(listener)).stream()
                .map(this::byId)
                .toList();
    }

    @Override
    public void push(
            Reference reference,
            @Nullable Platform platform,
            RegistryAuth auth,
            ProgressListener listener)
            throws IOException, InterruptedException {
        UnaryOperator<Digest> choice =
                id ->
                        platform == null
                                ? id
                                : forPlatform(byId(id), platform, reference.toString()).id();
        transfers.push(reference, choice, auth, new Progress(listener));
    }

    @Override
    public List<Image> load(
            InputStream archive, @Nullable Platform platform, ProgressListener listener)
            throws IOException {
        var progress = new Progress(listener);
        List<Image> result =
                works.runUninterrupted(
                        "load",
                        lease -> {
                            var load =
                                    new ArchiveLoad(
                                            new LeasedContent(content, lease),
                                            layers.under(lease),
                                            platform,
                                            progress);
                            List<Image> loaded = new ArrayList<>();
                            for (var found : load.run(archive)) {
                                tellRenamed(found, progress);
                                images.add(found.id(), found.manifest(), found.names());
                                for (Reference name : found.names()) {
                                    progress.stream(
                                            "Loaded image: " + name.familiarString() + "\n");
                                }
                                if (found.names().isEmpty()) {
                                    progress.stream("Loaded image ID: " + found.id() + "\n");
                                }
                                loaded.add(byId(found.id()));
                            }
                            return loaded;
                        });
        collector.collectAfterwards(); // Files of the archive that no image uses.
        return result;
    }

    /** Says which images lose a name to one of an archive. */
    private void tellRenamed(ArchiveLoad.Loaded found, Progress progress) {
        for (Reference name : found.names()) {
            images.pointed(name)
                    .filter(old -> !old.equals(found.id()))
                    .ifPresent(old ->
                            progress.stream(
                                    "The image "
                                            + name.familiarString()
                                            + " already exists, renaming the old one with ID "
                                            + old
                                            + " to empty string\n"));
        }
    }

    @Override
    public void save(List<String> namesOrIds, @Nullable Platform platform, OutputStream archive)
            throws IOException {
        List<ArchiveSave.Item> items = new ArrayList<>();
        for (String nameOrId : namesOrIds) {
            for (ArchiveSave.Item item : new ArchiveItems(this).of(nameOrId)) {
                items.add(platform == null ? item : forPlatform(item, platform));
            }
        }
        works.runUninterrupted(
                "save",
                lease -> {
                    items.forEach(item -> keep(item.image(), lease));
                    new ArchiveSave(new LeasedContent(content, lease), layers, archive).run(items);
                    return items.size();
                });
    }

    private ArchiveSave.Item forPlatform(ArchiveSave.Item item, Platform platform) {
        return new ArchiveSave.Item(
                platforms
                        .choose(item.image(), platform)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "no suitable export target found for platform "
                                                + platform)),
                item.names());
    }

    @Override
    public Image importTar(InputStream archive, ImportRequest request, ProgressListener listener)
            throws IOException {
        return importLayer(archive, request, Instant.now());
    }

    @Override
    public Image commit(CommitRequest request, CommitRequest.Layer layer) throws IOException {
        TagNames.require(request.target());
        Image parent = request.parent().isEmpty() ? null : get(request.parent());
        return works.runUninterrupted(
                "commit",
                lease -> {
                    if (parent != null) {
                        keep(parent, lease);
                    }
                    var leased = new LeasedContent(content, lease);
                    var made =
                            new ImageCommit(leased, layers.under(lease))
                                    .run(request, layer, parent, Instant.now());
                    Reference target = request.target();
                    images.add(
                            made.id(),
                            made.manifest(),
                            target == null ? List.of() : List.of(target.withDefaultTag()),
                            Optional.ofNullable(parent).map(Image::id));
                    return byId(made.id());
                });
    }

    @Override
    public Image get(String nameOrId) {
        return find(nameOrId).orElseThrow(() -> noSuchImage(nameOrId));
    }

    @Override
    public Image get(String nameOrId, Platform platform) {
        return forPlatform(get(nameOrId), platform, nameOrId);
    }

    @Override
    public Image known(String nameOrId) {
        return findKnown(nameOrId).orElseThrow(() -> noSuchImage(nameOrId));
    }

    @Override
    public Optional<Image> find(String nameOrId) {
        Optional<Image> known = findKnown(nameOrId);
        known.filter(Image::isDamaged).ifPresent(image -> config(image.id())); // Says how.
        return known;
    }

    /** Like {@link #known}, or empty if there is none. */
    Optional<Image> findKnown(String nameOrId) {
        return images.find(nameOrId)
                .flatMap(stored -> describeKnown(stored, images.namesOf(stored.id())));
    }

    @Override
    public List<Image> list() {
        Map<Digest, Set<Reference>> names = images.namesById();
        return images.all().stream()
                .flatMap(stored ->
                        describeKnown(stored, names.getOrDefault(stored.id(), Set.of())).stream())
                .sorted(Comparator.comparing(ClassicImages::created).reversed())
                .toList();
    }

    @Override
    public List<PlatformManifest> manifests(Image image) throws IOException {
        return platforms.manifests(image);
    }

    private Image forPlatform(Image image, Platform platform, String asked) {
        return platforms
                .choose(image, platform)
                .orElseThrow(() ->
                        new StatusException.NotFound(
                                "image with reference "
                                        + (isId(asked)
                                                ? asked
                                                : Reference.parse(asked).familiarString())
                                        + " was found but does not provide the specified platform ("
                                        + platform
                                        + ")"));
    }

    @Override
    public List<LayerHistory> history(Image image) {
        return new ImageHistory(this).of(image);
    }

    @Override
    public long layerSize(Digest chainId) {
        return layers.record(chainId).map(LayerRecord::size).orElse(0L);
    }

    @Override
    public void tag(String nameOrId, Reference target) {
        TagNames.require(target);
        images.point(target.withDefaultTag(), get(nameOrId).id());
    }

    @Override
    public List<Removal> remove(String nameOrId, boolean force, boolean prune, ImageUses uses) {
        try (var removals = removals(uses)) {
            return removals.remove(nameOrId, force, prune);
        }
    }

    @Override
    public Removals removals(ImageUses uses) {
        return new ImageRemovals(this, images, metadata, collector, uses);
    }

    @Override
    public void collect(boolean resumable) throws IOException {
        if (resumable) {
            leases.releaseLeft();
        }
        collector.collect();
    }

    @Override
    public Image ensureBuiltIn(Reference name, Path program) throws IOException {
        Optional<Image> present = find(name.withDefaultTag().toString());
        if (present.isPresent()) {
            return present.get();
        }
        String file = "/" + program.getFileName();
        byte[] bytes = Files.readAllBytes(program);
        var layer = new ByteArrayOutputStream();
        try (var tar = new TarWriter(layer)) {
            long nanos = BUILT_IN_CREATED.getEpochSecond() * 1_000_000_000;
            tar.write(
                    TarEntry.file(file.substring(1), bytes.length, nanos).withPermissions(0755),
                    new ByteArrayInputStream(bytes));
        }
        var execution =
                new JsonObject()
                        .with("Cmd", List.of(file))
                        .with(
                                "Env",
                                List.of(
                                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
                                                + ":/sbin:/bin"));
        return importLayer(
                new ByteArrayInputStream(layer.toByteArray()),
                new ImportRequest(
                        name,
                        "built into Jong",
                        new JsonObject().with("config", execution),
                        Platform.host()),
                BUILT_IN_CREATED);
    }

    private Image importLayer(InputStream archive, ImportRequest request, Instant created)
            throws IOException {
        TagNames.require(request.target());
        return works.runUninterrupted(
                "import",
                lease -> {
                    var imported =
                            new TarImport(new LeasedContent(content, lease), layers.under(lease))
                                    .run(
                                            archive,
                                            request.platform(),
                                            request.members(),
                                            new JsonObject().with("comment", request.message()),
                                            created);
                    Reference target = request.target();
                    images.add(
                            imported.id(),
                            imported.manifest(),
                            target == null ? List.of() : List.of(target.withDefaultTag()));
                    return byId(imported.id());
                });
    }

    /** Keeps all of an image, whatever happens to its names. */
    private void keep(Image image, Lease lease) {
        layers.keep(image, lease);
        if (images.get(image.id()).isEmpty()) { // Removed before the lease could keep it.
            throw noSuchImage(image.id().toString());
        }
    }

    private Image byId(Digest id) {
        return get(id.toString());
    }

    private Image describe(ImageStore.Stored stored, Set<Reference> names, ImageConfig config) {
        long size = config.chainIds().stream().mapToLong(this::layerSize).sum();
        return new Image(
                stored.id(),
                config,
                stored.manifest(),
                names.stream().filter(name -> name.digest() == null).toList(),
                names.stream().filter(name -> name.digest() != null).toList(),
                size,
                stored.lastTagged(),
                stored.parent().map(Digest::toString).orElse(""));
    }

    /** Without its configuration if that is lost; empty if the image was removed meanwhile. */
    private Optional<Image> describeKnown(ImageStore.Stored stored, Set<Reference> names) {
        try {
            return Optional.of(describe(stored, names, config(stored.id())));
        } catch (StatusException.Internal e) {
            return images.get(stored.id())
                    .map(_ -> describe(stored, names, new ImageConfig(new JsonObject())));
        }
    }

    private ImageConfig config(Digest id) {
        try {
            return ImageConfig.parse(content.readAll(id, ImageConfig.MAX_BYTES));
        } catch (IOException | StatusException | JsonException e) {
            throw new StatusException.Internal(
                    "image "
                            + id
                            + " is damaged: its configuration cannot be read: "
                            + e.getMessage()
                            + "; try jong system check --repair, or pull or load it again",
                    e);
        }
    }

    private static Instant created(Image image) {
        return ImageHistory.instant(image.config().created());
    }

    /** Whether that can be no name. */
    private static boolean isId(String nameOrId) {
        return nameOrId.startsWith("sha256:") || nameOrId.matches("[0-9a-f]{64}");
    }

    private static StatusException noSuchImage(String nameOrId) {
        String shown =
                isId(nameOrId)
                        ? nameOrId
                        : Reference.parse(nameOrId).withDefaultTag().familiarString();
        return new StatusException.NotFound("No such image: " + shown);
    }
}
