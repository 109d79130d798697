package jong.engine.containers;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.api.NetworkingConfig;
import jong.engine.spec.MountPoint;
import jong.manager.tasks.Task;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import org.jspecify.annotations.Nullable;

/**
 * One container: what it was made from, which never changes, and what became of it.
 *
 * <p>Whoever changes it holds {@link #operation}, also during the I/O that the change needs: that
 * is what keeps a start and a removal of the same container apart. Reading takes no lock: each
 * member is an immutable value in a volatile field.
 */
public final class Container {

    private final String id;
    private final Instant created;
    private final String imageId;
    private final ContainerConfig config;
    private final List<String> command;
    private final ReentrantLock operation = new ReentrantLock();
    private final ExitWaiters waiters = new ExitWaiters();
    private final AttachPoint attachments = new AttachPoint();
    private final Set<String> execs = ConcurrentHashMap.newKeySet();

    private volatile String name;
    private volatile HostConfig host;
    private volatile NetworkingConfig networking;
    private volatile ContainerState state = ContainerState.CREATED;
    private volatile List<MountPoint> mounts = List.of();
    private volatile int restartCount;
    private volatile boolean manuallyStopped;
    private volatile JsonObject networkSettings = new JsonObject();
    private volatile JsonObject networkState = new JsonObject();
    private volatile JsonObject health = new JsonObject();
    private volatile @Nullable Task task;
    private volatile boolean filesWritten;
    private volatile boolean kept;

    Container(Birth birth) {
        this.id = birth.id();
        this.created = birth.created();
        this.imageId = birth.imageId();
        this.config = birth.config();
        this.command = birth.command();
        this.name = birth.name();
        this.host = birth.host();
        this.networking = birth.networking();
    }

    /**
     * What a container is made with.
     *
     * @param id 64 hexadecimal digits
     * @param name without slash
     * @param created when
     * @param imageId {@code sha256:…}; empty for none
     * @param config with the image's defaults merged in
     * @param host checked, with docker's defaults
     * @param networking endpoints asked for
     * @param command entrypoint and command
     */
    record Birth(
            String id,
            String name,
            Instant created,
            String imageId,
            ContainerConfig config,
            HostConfig host,
            NetworkingConfig networking,
            List<String> command) {

        Birth {
            command = List.copyOf(command);
        }
    }

    public String id() {
        return id;
    }

    /** The first twelve digits of the id. */
    String shortId() {
        return id.substring(0, 12);
    }

    Instant created() {
        return created;
    }

    /** {@code sha256:…} of the image's configuration. */
    public String imageId() {
        return imageId;
    }

    public ContainerConfig config() {
        return config;
    }

    /** Entrypoint and command, at least one word. */
    List<String> command() {
        return command;
    }

    /** Without slash. */
    public String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    public HostConfig host() {
        return host;
    }

    void update(HostConfig newHost) {
        host = newHost;
    }

    public NetworkingConfig networking() {
        return networking;
    }

    void networking(NetworkingConfig endpoints) {
        networking = endpoints;
    }

    /** After a connect or disconnect of a network. */
    void membership(NetworkMembership next) {
        networking = next.networking();
        network(next.settings(), next.state());
    }

    ContainerState state() {
        return state;
    }

    void state(ContainerState next) {
        state = next;
    }

    /** Whether it runs, is paused or waits for its restart. */
    public boolean running() {
        return state.running();
    }

    /** Whether its processes are frozen. */
    public boolean paused() {
        return state.paused();
    }

    /** Whether it was removed; who still holds it should let go. */
    public boolean gone() {
        return state.status() == ContainerState.Status.DEAD;
    }

    /** Whether its next end is only the first half of a restart, after which it stays. */
    boolean kept() {
        return kept;
    }

    void kept(boolean keep) {
        kept = keep;
    }

    /** The process id of its first process, 0 when it does not run. */
    public int pid() {
        return state.pid();
    }

    /** The process id of its first process, 0 also while it waits for a restart. */
    int runningPid() {
        return state.restarting() ? 0 : state.pid();
    }

    List<MountPoint> mounts() {
        return mounts;
    }

    void mounts(List<MountPoint> points) {
        mounts = List.copyOf(points);
    }

    int restartCount() {
        return restartCount;
    }

    void restartCount(int count) {
        restartCount = count;
    }

    boolean manuallyStopped() {
        return manuallyStopped;
    }

    void manuallyStopped(boolean stopped) {
        manuallyStopped = stopped;
    }

    /** As inspect shows it. */
    public JsonObject networkSettings() {
        return networkSettings;
    }

    /** Settings that inspect shows from now on, and what the network service keeps. */
    public void network(JsonObject settings, JsonObject kept) {
        networkSettings = settings;
        networkState = kept;
    }

    public JsonObject networkState() {
        return networkState;
    }

    JsonObject health() {
        return health;
    }

    void health(JsonObject newHealth) {
        health = newHealth;
    }

    /** The running side, from just before the start until the end. */
    @Nullable Task task() {
        return task;
    }

    void task(@Nullable Task running) {
        task = running;
    }

    /** Whether {@code run} is what the container runs as now, not an earlier run of it. */
    boolean isRun(Task run) {
        return run.equals(task);
    }

    /**
     * The running side.
     *
     * @throws Conflict with docker's text if there is none
     */
    Task runningTask() {
        Task running = task;
        if (running == null || !state.running() || state.restarting()) {
            throw new Conflict("container " + id + " is not running");
        }
        return running;
    }

    /** Whether hosts, hostname and resolv.conf exist: from the first start on. */
    boolean filesWritten() {
        return filesWritten;
    }

    void filesAreWritten() {
        filesWritten = true;
    }

    ReentrantLock operation() {
        return operation;
    }

    ExitWaiters waiters() {
        return waiters;
    }

    AttachPoint attachments() {
        return attachments;
    }

    /** Ids of exec sessions that were created and not yet forgotten. */
    public Set<String> execs() {
        return execs;
    }

    /** What its events carry: labels, image, name, then {@code more}. */
    public Map<String, String> attributes(String... more) {
        Map<String, String> attributes = new HashMap<>(config.labels());
        attributes.put("image", config.image());
        attributes.put("name", name);
        for (int i = 0; i < more.length; i += 2) {
            attributes.put(more[i], more[i + 1]);
        }
        return attributes;
    }

    NetworkRequest networkRequest() {
        return new NetworkRequest(
                id,
                name,
                config.hostname(),
                config.domainname(),
                host,
                networking,
                config.exposedPorts(),
                config.json().string("MacAddress"),
                List.of());
    }

    /** As the metadata store keeps it. */
    JsonObject stored() {
        List<JsonObject> points = mounts.stream().map(MountPoint::stored).toList();
        return new JsonObject()
                .with("Id", id)
                .with("Name", name)
                .with("Created", GoTime.format(created))
                .with("Image", imageId)
                .with("Command", command)
                .with("Config", config.json())
                .with("HostConfig", host.json())
                .with("NetworkingConfig", networking.json())
                .with("State", state.toJson())
                .with("Mounts", points)
                .with("RestartCount", restartCount)
                .with("ManuallyStopped", manuallyStopped)
                .with("FilesWritten", filesWritten)
                .with("NetworkSettings", networkSettings)
                .with("NetworkState", networkState);
    }

    /** The inverse of {@link #stored}. */
    static Container ofStored(JsonObject json) {
        Instant created = GoTime.parse(json.string("Created"));
        var container =
                new Container(
                        new Birth(
                                json.string("Id"),
                                json.string("Name"),
                                created == null ? Instant.EPOCH : created,
                                json.string("Image"),
                                new ContainerConfig(json.object("Config")),
                                new HostConfig(json.object("HostConfig")),
                                new NetworkingConfig(json.object("NetworkingConfig")),
                                json.strings("Command")));
        container.state = ContainerState.ofJson(json.object("State"));
        List<MountPoint> points = new ArrayList<>();
        json.objects("Mounts").forEach(point -> points.add(MountPoint.ofStored(point)));
        container.mounts = List.copyOf(points);
        container.restartCount = (int) json.number("RestartCount");
        container.manuallyStopped = json.flag("ManuallyStopped");
        container.filesWritten = json.flag("FilesWritten");
        container.networkSettings = json.object("NetworkSettings");
        container.networkState = json.object("NetworkState");
        return container;
    }
}
