package jong.engine.containers;

import java.util.List;
import java.util.Set;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.engine.spec.ContainerSpec;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * The shape in which dockerd keeps and shows configurations: every member of docker's structs in
 * their order, zero values written out, others only when set.
 */
final class Defaults {

    /** A member with this value is only written when it is set (Go's omitempty). */
    private static final String OPTIONAL = "omitempty";

    private static final JsonObject HOST =
            Json.parseObject(
                    """
                    {"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"json-file","Config":{}},
                    "NetworkMode":"bridge","PortBindings":null,
                    "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,
                    "VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[0,0],
                    "Annotations":"omitempty","CapAdd":null,"CapDrop":null,
                    "CgroupnsMode":"private","Dns":null,"DnsOptions":null,"DnsSearch":null,
                    "ExtraHosts":null,"GroupAdd":null,"IpcMode":"private","Cgroup":"","Links":null,
                    "OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,
                    "ReadonlyRootfs":false,"SecurityOpt":null,"StorageOpt":"omitempty",
                    "Tmpfs":"omitempty","UTSMode":"","UsernsMode":"","ShmSize":67108864,
                    "Sysctls":"omitempty","Runtime":"runc","Isolation":"","CpuShares":0,"Memory":0,
                    "NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":null,
                    "BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,
                    "BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,
                    "CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"",
                    "CpusetMems":"","Devices":null,"DeviceCgroupRules":null,"DeviceRequests":null,
                    "MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,
                    "OomKillDisable":false,"PidsLimit":null,"Ulimits":null,"CpuCount":0,
                    "CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"Mounts":"omitempty",
                    "MaskedPaths":null,"ReadonlyPaths":null,"Init":"omitempty"}\
                    """);

    private static final JsonObject CONFIG =
            Json.parseObject(
                    """
                    {"Hostname":"","Domainname":"","User":"","AttachStdin":false,
                    "AttachStdout":false,"AttachStderr":false,"ExposedPorts":"omitempty",
                    "Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,
                    "Healthcheck":"omitempty","ArgsEscaped":"omitempty","Image":"","Volumes":null,
                    "WorkingDir":"","Entrypoint":null,"NetworkDisabled":"omitempty",
                    "MacAddress":"omitempty","OnBuild":null,"Labels":{},"StopSignal":"omitempty",
                    "StopTimeout":"omitempty","Shell":"omitempty"}\
                    """);

    /** For these an empty value says "the default" as a missing one does. */
    private static final Set<String> EMPTY_IS_DEFAULT =
            Set.of("NetworkMode", "IpcMode", "CgroupnsMode", "Runtime");

    private Defaults() {}

    /** The host part with docker's defaults, a copy. */
    static HostConfig host(HostConfig given) {
        JsonObject full = shaped(HOST, given.json());
        if (full.string("NetworkMode").equals("default")) {
            full.put("NetworkMode", "bridge");
        }
        if (given.shmSize() == 0) {
            full.put("ShmSize", HOST.number("ShmSize"));
        }
        JsonObject log = full.object("LogConfig");
        full.put(
                "LogConfig",
                new JsonObject()
                        .with("Type", log.string("Type", "json-file"))
                        .with("Config", log.object("Config")));
        JsonObject restart = full.object("RestartPolicy");
        full.put(
                "RestartPolicy",
                new JsonObject()
                        .with("Name", restart.string("Name", "no"))
                        .with("MaximumRetryCount", restart.number("MaximumRetryCount")));
        resources(full);
        protection(full, given);
        return new HostConfig(full);
    }

    private static void resources(JsonObject full) {
        long memory = full.number("Memory");
        if (memory > 0 && full.number("MemorySwap") == 0) {
            full.put("MemorySwap", memory * 2);
        }
        if (full.number("MemorySwappiness", 0) == -1) {
            full.put("MemorySwappiness", null);
        }
        if (full.number("PidsLimit", 0) < 0 || full.number("PidsLimit", 1) == 0) {
            full.put("PidsLimit", null);
        }
    }

    /** {@code systempaths=unconfined} comes as empty lists, and is a security option besides. */
    private static void protection(JsonObject full, HostConfig given) {
        if (given.privileged()) {
            return;
        }
        boolean unconfined = given.securityOpt().contains("systempaths=unconfined");
        List<String> masked = given.maskedPaths();
        List<String> readOnly = given.readonlyPaths();
        full.put("MaskedPaths", masked == null ? ContainerSpec.MASKED_PATHS : masked);
        full.put("ReadonlyPaths", readOnly == null ? ContainerSpec.READONLY_PATHS : readOnly);
        if (unconfined) {
            full.put("MaskedPaths", List.of());
            full.put("ReadonlyPaths", List.of());
        }
    }

    /** The config in docker's shape, a copy. */
    static ContainerConfig config(ContainerConfig given) {
        JsonObject full = shaped(CONFIG, given.json());
        List<String> entrypoint = given.entrypoint();
        full.put("Entrypoint", entrypoint);
        full.put("Cmd", given.cmd());
        return new ContainerConfig(full);
    }

    private static JsonObject shaped(JsonObject shape, JsonObject given) {
        var result = new JsonObject();
        for (String name : shape.keySet()) {
            Object initial = shape.get(name);
            Object value = given.get(name);
            if (OPTIONAL.equals(initial)) {
                if (name.equals("Init") || name.equals("StopTimeout")) {
                    if (value != null) {
                        result.with(name, value);
                    }
                } else {
                    result.withUnlessEmpty(name, value);
                }
            } else {
                boolean absent = value == null;
                boolean blank = "".equals(value) && EMPTY_IS_DEFAULT.contains(name);
                result.with(name, absent || blank ? initial : value);
            }
        }
        return result.copy();
    }
}
