package jong.engine.containers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import jong.engine.exec.ExecRoutes;
import jong.engine.exec.ExecService;
import jong.engine.rest.Router;
import jong.engine.spec.Capabilities;
import jong.engine.spec.SpecRequest.Machine;
import jong.manager.images.CommitRequest;
import jong.manager.images.Image;
import jong.manager.images.ImageUses;
import jong.manager.images.Images;
import jong.manager.images.ImportRequest;
import jong.manager.images.LayerHistory;
import jong.manager.images.PlatformManifest;
import jong.manager.images.ProgressListener;
import jong.manager.images.Removal;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.Mount;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.snapshots.Snapshotter;
import jong.manager.snapshots.StorageDriver;
import jong.manager.snapshots.Usage;
import jong.manager.tasks.Tasks;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;

/** Everything around containers, in memory; only the metadata is real. */
final class TestWorld implements AutoCloseable {

    final FakeTasks tasks = new FakeTasks();
    private final Parts parts;
    final Set<String> snapshots = ConcurrentHashMap.newKeySet();
    final Set<String> networks = ConcurrentHashMap.newKeySet();
    final DirectoryVolumes volumes;
    final List<String> events = new CopyOnWriteArrayList<>();

    /** From now on no container gets a network. */
    volatile boolean networksRefuse;

    /** Done while a container that has its snapshot is not stored yet, and each time it starts. */
    volatile Runnable whileMade = () -> {};

    private final Path root;
    private MetadataStore metadata;
    private Containers containers;
    private ExecService exec;

    /** Everything in memory. */
    TestWorld(Path root) throws IOException {
        this(root, null);
    }

    /** With real tasks and snapshots. */
    TestWorld(Path root, Parts parts) throws IOException {
        this.root = root;
        this.parts = parts;
        this.volumes = new DirectoryVolumes(root.resolve("volumes"));
        restart();
    }

    /** Makes what is real here, with the metadata of this life of the daemon. */
    interface Parts {

        /** Called once per life. */
        Tasks tasks() throws IOException;

        /** Called once per life; has a committed snapshot {@link #LAYER}. */
        Snapshotter snapshots(MetadataStore metadata) throws IOException;
    }

    /** The digest of the only layer of the image: the name of its snapshot. */
    static final String LAYER = "sha256:" + "b".repeat(64);

    /** As after the death of the daemon: tasks, snapshots and metadata stay. */
    Containers restart() throws IOException {
        if (metadata != null) {
            tasks.cutOff();
            metadata.close();
        }
        metadata = MetadataStore.open(root.resolve("metadata.db"));
        Collaborators world = collaborators();
        containers = new Containers(world);
        exec = new ExecService(containers, world);
        containers.restore(exec);
        return containers;
    }

    Containers containers() {
        return containers;
    }

    void routes(Router router) {
        containers.routes(router);
        new ExecRoutes(exec).register(router);
    }

    Path directory(String id) {
        return root.resolve("containers").resolve(id);
    }

    private Collaborators collaborators() throws IOException {
        return new Collaborators(
                parts == null ? tasks : parts.tasks(),
                new OneImage(parts != null),
                parts == null ? new NamedSnapshots() : parts.snapshots(metadata),
                metadata,
                new NamedNetworks(),
                volumes,
                (type, action, id, _) -> events.add(type + " " + action),
                new Layout(root, Path.of("/init")),
                new Machine("amd64", false, Capabilities.ofMask(0x1ff_ffff_ffffL)));
    }

    @Override
    public void close() {
        containers.close();
        metadata.close();
    }

    /** {@code busybox:latest}, without layers. */
    private static final class OneImage implements Images {

        private final ImageConfig config;

        OneImage(boolean layer) {
            JsonObject json =
                    Json.parseObject(
                            """
                            {"os":"linux","architecture":"amd64",
                             "config":{"Env":["PATH=/bin"],"Cmd":["sh"]}}\
                            """);
            json.put(
                    "rootfs",
                    new JsonObject()
                            .with("type", "layers")
                            .with("diff_ids", layer ? List.of(LAYER) : List.of()));
            config = new ImageConfig(json);
        }

        @Override
        public Image get(String name) {
            return find(name).orElseThrow(() -> new NotFound("No such image: " + name));
        }

        @Override
        public Optional<Image> find(String name) {
            Digest id = Digest.sha256(Json.writeBytes(config.json()));
            if (!Set.of("busybox", "busybox:latest", id.toString()).contains(name)) {
                return Optional.empty();
            }
            var descriptor = new Descriptor("application/json", id, 1, null, Map.of(), List.of());
            return Optional.of(new Image(id, config, descriptor, List.of(), List.of(), 1, 0, ""));
        }

        @Override
        public Image pull(
                Reference reference,
                jong.oci.Platform platform,
                RegistryAuth auth,
                ProgressListener progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Image> pullAll(
                Reference repository,
                jong.oci.Platform platform,
                RegistryAuth auth,
                ProgressListener progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void push(
                Reference reference,
                jong.oci.@Nullable Platform platform,
                RegistryAuth auth,
                ProgressListener progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Image> load(
                InputStream archive,
                jong.oci.@Nullable Platform platform,
                ProgressListener progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void save(
                List<String> names, jong.oci.@Nullable Platform platform, OutputStream archive) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long layerSize(Digest chainId) {
            return 0;
        }

        @Override
        public Image commit(CommitRequest request, CommitRequest.Layer layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Image importTar(InputStream tar, ImportRequest request, ProgressListener progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Image> list() {
            return List.of(get("busybox"));
        }

        @Override
        public Image get(String name, jong.oci.Platform platform) {
            Image image = get(name);
            if (!image.config().suits(platform)) {
                throw new NotFound("No such image: " + name);
            }
            return image;
        }

        @Override
        public Image known(String name) {
            return get(name);
        }

        @Override
        public List<PlatformManifest> manifests(Image image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LayerHistory> history(Image image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void collect(boolean resumable) {}

        @Override
        public void tag(String name, Reference target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Removal> remove(String name, boolean force, boolean prune, ImageUses uses) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Removals removals(ImageUses uses) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Image ensureBuiltIn(Reference name, Path program) {
            throw new UnsupportedOperationException();
        }
    }

    private final class NamedSnapshots implements Snapshotter {

        @Override
        public List<Mount> prepare(String key, String parent) {
            snapshots.add(key);
            return mounts(key);
        }

        @Override
        public List<Mount> view(String key, String parent) {
            return prepare(key, parent);
        }

        @Override
        public List<Mount> mounts(String key) {
            if (!snapshots.contains(key)) {
                throw new NotFound("snapshot " + key);
            }
            return List.of(new Mount("overlay", "overlay", List.of("lowerdir=/l", "upperdir=/u")));
        }

        @Override
        public void limit(String key, long bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, String> places(String key) {
            return Map.of("LowerDir", "/l", "UpperDir", "/u");
        }

        @Override
        public StorageDriver driver() {
            return StorageDriver.OVERLAY;
        }

        @Override
        public Map<String, String> status() {
            return Map.of();
        }

        @Override
        public void commit(String name, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void commitOnto(String parent, String name, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove(String key) {
            if (!snapshots.remove(key)) {
                throw new NotFound("snapshot " + key);
            }
        }

        @Override
        public Optional<SnapshotInfo> stat(String key) {
            return Optional.empty();
        }

        @Override
        public Usage usage(String key) {
            return new Usage(0, 1);
        }

        @Override
        public List<SnapshotInfo> walk() {
            return snapshots.stream()
                    .map(key ->
                            new SnapshotInfo(
                                    key, "", SnapshotInfo.Kind.ACTIVE, java.time.Instant.EPOCH))
                    .toList();
        }
    }

    /** Refuses the network {@code nonet}, as docker does only at start. */
    private final class NamedNetworks implements ContainerNetworks {

        @Override
        public NetworkAllocation allocate(NetworkRequest request) {
            if (networksRefuse || request.host().networkMode().equals("nonet")) {
                throw new NotFound("network nonet not found");
            }
            networks.add(request.id());
            JsonObject settings = settings(request).with("IPAddress", "172.17.0.2");
            return new NetworkAllocation(request.id(), "hosts\n", "dns\n", settings, settings);
        }

        @Override
        public JsonObject attach(NetworkAllocation allocation, int pid) {
            return allocation.settings();
        }

        @Override
        public void release(String containerId) {
            networks.remove(containerId);
        }

        @Override
        public void restore(String containerId, JsonObject allocation, int pid) {
            networks.add(containerId);
        }

        @Override
        public JsonObject rename(NetworkRequest request, JsonObject settings) {
            return settings;
        }

        @Override
        public jong.api.NetworkingConfig wanted(NetworkRequest request) {
            return request.networking();
        }

        @Override
        public void publish(
                NetworkRequest request,
                NetworkMembership now,
                java.util.function.Consumer<NetworkMembership> keep) {
            keep.accept(now);
        }

        @Override
        public void withdraw(
                NetworkRequest request,
                NetworkMembership now,
                java.util.function.Consumer<NetworkMembership> keep) {
            keep.accept(now);
        }

        @Override
        public void connect(
                NetworkRequest request,
                int pid,
                NetworkMembership now,
                String network,
                jong.api.EndpointSettings wanted,
                java.util.function.Consumer<NetworkMembership> keep) {
            throw new NotFound("network " + network + " not found");
        }

        @Override
        public void disconnect(
                NetworkRequest request,
                int pid,
                NetworkMembership now,
                String network,
                boolean force,
                java.util.function.Consumer<NetworkMembership> keep) {
            throw new NotFound("network " + network + " not found");
        }

        @Override
        public JsonObject settings(NetworkRequest request) {
            whileMade.run();
            return new JsonObject()
                    .with("Ports", new JsonObject())
                    .with("IPAddress", "")
                    .with("Networks", new JsonObject().with("bridge", new JsonObject()));
        }
    }
}
