package jong.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How a container sits on its host: the {@code HostConfig} of the Docker Engine API.
 *
 * <p>A view of the JSON object as it came over the wire; members that are missing read as Go's zero
 * value. Members of the API's {@code Resources} (limits) stand in the same object.
 */
public record HostConfig(JsonObject json) {

    /** The limits, which lie in this same object. */
    public Resources resources() {
        return new Resources(json);
    }

    /** The host's addresses and ports that each container port is published on. */
    public Map<Port, List<PortBinding>> portBindings() {
        Map<Port, List<PortBinding>> bindings = new LinkedHashMap<>();
        JsonObject object = json.object("PortBindings");
        for (String port : object.keySet()) {
            bindings.put(
                    Port.parse(port), object.objects(port).stream().map(PortBinding::new).toList());
        }
        return bindings;
    }

    /** Whether every exposed port gets a free port of the host. */
    public boolean publishAllPorts() {
        return json.flag("PublishAllPorts");
    }

    /** Links to other containers as {@code name:alias}. */
    public List<String> links() {
        return json.strings("Links");
    }

    /** Options of the storage driver. */
    public Map<String, String> storageOpt() {
        return json.stringMap("StorageOpt");
    }

    /** The OCI runtime by name; empty means the daemon's default. */
    public String runtime() {
        return json.string("Runtime");
    }

    /** Entries {@code source:destination[:options]}. */
    public List<String> binds() {
        return json.strings("Binds");
    }

    /** The API's {@code Mount} objects. */
    public List<JsonObject> mounts() {
        return json.objects("Mounts");
    }

    /** Destination to options of tmpfs mounts. */
    public Map<String, String> tmpfs() {
        return json.stringMap("Tmpfs");
    }

    /** Entries {@code container[:ro|rw]}. */
    public List<String> volumesFrom() {
        return json.strings("VolumesFrom");
    }

    public String volumeDriver() {
        return json.string("VolumeDriver");
    }

    /**
     * {@code default}, {@code bridge}, {@code host}, {@code none}, {@code container:ID} or a
     * network.
     */
    public String networkMode() {
        return json.string("NetworkMode");
    }

    public String pidMode() {
        return json.string("PidMode");
    }

    public String ipcMode() {
        return json.string("IpcMode");
    }

    public String utsMode() {
        return json.string("UTSMode");
    }

    public String usernsMode() {
        return json.string("UsernsMode");
    }

    public String cgroupnsMode() {
        return json.string("CgroupnsMode");
    }

    public String cgroupParent() {
        return json.string("CgroupParent");
    }

    public String logType() {
        return json.object("LogConfig").string("Type");
    }

    /** Options of the log driver ({@code max-size} and so on). */
    public Map<String, String> logOptions() {
        return json.object("LogConfig").stringMap("Config");
    }

    public boolean autoRemove() {
        return json.flag("AutoRemove");
    }

    /** {@code ""}, {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure}. */
    public String restartPolicy() {
        return json.object("RestartPolicy").string("Name");
    }

    /** For {@code on-failure}: how many restarts in a row; 0 for any number. */
    public long restartMaximum() {
        return json.object("RestartPolicy").number("MaximumRetryCount");
    }

    public List<String> capAdd() {
        return json.strings("CapAdd");
    }

    public List<String> capDrop() {
        return json.strings("CapDrop");
    }

    public boolean privileged() {
        return json.flag("Privileged");
    }

    public boolean readonlyRootfs() {
        return json.flag("ReadonlyRootfs");
    }

    public List<String> securityOpt() {
        return json.strings("SecurityOpt");
    }

    /** Paths to hide, or null for the default ones. */
    public @Nullable List<String> maskedPaths() {
        return json.stringsOrNull("MaskedPaths");
    }

    /** Paths to make read-only, or null for the default ones. */
    public @Nullable List<String> readonlyPaths() {
        return json.stringsOrNull("ReadonlyPaths");
    }

    public List<String> dns() {
        return json.strings("Dns");
    }

    public List<String> dnsOptions() {
        return json.strings("DnsOptions");
    }

    public List<String> dnsSearch() {
        return json.strings("DnsSearch");
    }

    /** Entries {@code name:address}. */
    public List<String> extraHosts() {
        return json.strings("ExtraHosts");
    }

    /** Names or numbers of further groups. */
    public List<String> groupAdd() {
        return json.strings("GroupAdd");
    }

    public Map<String, String> sysctls() {
        return json.stringMap("Sysctls");
    }

    /** Bytes of /dev/shm; 0 for the default. */
    public long shmSize() {
        return json.number("ShmSize");
    }

    public long oomScoreAdj() {
        return json.number("OomScoreAdj");
    }

    /** Whether a small init runs as pid 1, or null for the daemon's default. */
    public @Nullable Boolean init() {
        return json.flagOrNull("Init");
    }

    /** Rows and columns of the terminal, {@code [0, 0]} when unknown. */
    public List<Long> consoleSize() {
        List<Long> size = json.list("ConsoleSize").stream().map(Long.class::cast).toList();
        return size.size() == 2 ? size : List.of(0L, 0L);
    }

    public Map<String, String> annotations() {
        return json.stringMap("Annotations");
    }
}
