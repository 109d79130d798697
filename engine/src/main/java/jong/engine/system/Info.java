package jong.engine.system;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.ApiVersion;
import jong.engine.config.DaemonOptions;
import jong.engine.config.Product;
import jong.engine.system.EngineState.ContainerCounts;
import jong.registry.ProxySettings;
import jong.wire.json.JsonObject;

/** The answer of {@code GET /info}. */
final class Info {

    private final String engineId;
    private final DaemonOptions options;
    private final EngineState state;
    private final Clock clock;

    Info(String engineId, DaemonOptions options, EngineState state, Clock clock) {
        this.engineId = engineId;
        this.options = options;
        this.state = state;
        this.clock = clock;
    }

    /** As that version of the API shows it. */
    JsonObject toJson(ApiVersion version) throws IOException {
        var info = new JsonObject().with("ID", engineId);
        putCounts(info);
        putStorageAndPlugins(info);
        HostFacts.putLimits(info);
        putHost(info);
        putRegistries(info);
        putEngine(info);
        if (version.atLeast(49)) {
            info.with(
                    "FirewallBackend",
                    new JsonObject().with("Driver", "nftables").with("Info", null));
            for (String commit : List.of("ContainerdCommit", "RuncCommit", "InitCommit")) {
                info.object(commit).remove("Expected");
            }
            JsonObject registries = info.object("RegistryConfig");
            registries.remove("AllowNondistributableArtifactsCIDRs");
            registries.remove("AllowNondistributableArtifactsHostnames");
        }
        if (version.atLeast(50)) {
            info.remove("BridgeNfIptables");
            info.remove("BridgeNfIp6tables");
        }
        return info;
    }

    private void putCounts(JsonObject info) {
        ContainerCounts counts = state.containers();
        info.with("Containers", counts.running() + counts.paused() + counts.stopped())
                .with("ContainersRunning", counts.running())
                .with("ContainersPaused", counts.paused())
                .with("ContainersStopped", counts.stopped())
                .with("Images", state.images());
    }

    private void putStorageAndPlugins(JsonObject info) throws IOException {
        List<List<String>> status = new ArrayList<>();
        state.storageStatus().forEach((name, value) -> status.add(List.of(name, value)));
        info.with("Driver", state.storageDriver())
                .with("DriverStatus", status.isEmpty() ? null : status)
                .with(
                        "Plugins",
                        new JsonObject()
                                .with("Volume", state.volumeDrivers())
                                .with(
                                        "Network",
                                        List.of("bridge", "host", "ipvlan", "macvlan", "null"))
                                .with("Authorization", null)
                                .with("Log", List.of("json-file", "none")));
    }

    private void putHost(JsonObject info) {
        Map<String, String> distribution = HostFacts.distribution();
        info.with("IPv4Forwarding", HostFacts.enabled("net/ipv4/ip_forward"))
                .with("BridgeNfIptables", HostFacts.enabled("net/bridge/bridge-nf-call-iptables"))
                .with("BridgeNfIp6tables", HostFacts.enabled("net/bridge/bridge-nf-call-ip6tables"))
                .with("Debug", options.logLevel().equals("debug"))
                .with("NFd", openFiles())
                .with("OomKillDisable", HostFacts.cgroupVersion().equals("1"))
                .with("NGoroutines", Thread.activeCount())
                .with("SystemTime", clock.instant().toString())
                .with("LoggingDriver", options.logDriver())
                .with("CgroupDriver", "cgroupfs")
                .with("CgroupVersion", HostFacts.cgroupVersion())
                .with("NEventsListener", state.eventListeners())
                .with("KernelVersion", HostFacts.kernelVersion())
                .with("OperatingSystem", distribution.getOrDefault("PRETTY_NAME", "Linux"))
                .with("OSVersion", distribution.getOrDefault("VERSION_ID", ""))
                .with("OSType", "linux")
                .with("Architecture", HostFacts.machine());
    }

    private void putRegistries(JsonObject info) {
        var indexes = new JsonObject();
        indexes.with("docker.io", index("docker.io", true, true));
        for (String registry : options.insecureRegistries()) {
            if (registry.indexOf('/') < 0) {
                indexes.with(registry, index(registry, false, false));
            }
        }
        List<String> networks =
                options.insecureRegistries().stream().filter(name -> name.contains("/")).toList();
        List<String> allNetworks = new java.util.ArrayList<>(networks);
        allNetworks.add("127.0.0.0/8");
        info.with("IndexServerAddress", "https://index.docker.io/v1/")
                .with(
                        "RegistryConfig",
                        new JsonObject()
                                .with("AllowNondistributableArtifactsCIDRs", null)
                                .with("AllowNondistributableArtifactsHostnames", null)
                                .with("InsecureRegistryCIDRs", allNetworks)
                                .with("IndexConfigs", indexes)
                                .with(
                                        "Mirrors",
                                        options.registryMirrors().isEmpty()
                                                ? null
                                                : options.registryMirrors()));
    }

    private JsonObject index(String name, boolean secure, boolean official) {
        return new JsonObject()
                .with("Name", name)
                .with("Mirrors", official ? options.registryMirrors() : List.of())
                .with("Secure", secure)
                .with("Official", official);
    }

    private void putEngine(JsonObject info) {
        ProxySettings proxies = options.proxies(System.getenv()).masked();
        info.with("NCPU", Runtime.getRuntime().availableProcessors())
                .with("MemTotal", HostFacts.memory())
                .with("GenericResources", null)
                .with("DockerRootDir", options.dataRoot().toString())
                .with("HttpProxy", proxies.http())
                .with("HttpsProxy", proxies.https())
                .with("NoProxy", proxies.none())
                .with("Name", HostFacts.hostname())
                .with("Labels", options.labels())
                .with("ExperimentalBuild", false)
                .with("ServerVersion", Product.VERSION)
                .with(
                        "Runtimes",
                        new JsonObject().with("runc", new JsonObject().with("path", "jong-runc")))
                .with("DefaultRuntime", "runc")
                .with(
                        "Swarm",
                        new JsonObject()
                                .with("NodeID", "")
                                .with("NodeAddr", "")
                                .with("LocalNodeState", "inactive")
                                .with("ControlAvailable", false)
                                .with("Error", "")
                                .with("RemoteManagers", null))
                .with("LiveRestoreEnabled", true)
                .with("Isolation", "")
                .with("InitBinary", "docker-init")
                .with("ContainerdCommit", commit())
                .with("RuncCommit", commit())
                .with("InitCommit", commit())
                .with("SecurityOptions", securityOptions())
                .with("CDISpecDirs", List.of())
                .with("Warnings", null);
    }

    private List<String> securityOptions() {
        String profile = options.seccompProfile();
        List<String> all = new java.util.ArrayList<>();
        if (AppArmor.available()) {
            all.add("name=apparmor");
        }
        all.add("name=seccomp,profile=" + profile);
        if (HostFacts.cgroupVersion().equals("2")) {
            all.add("name=cgroupns");
        }
        if (options.noNewPrivileges()) {
            all.add("name=no-new-privileges");
        }
        return all;
    }

    private static JsonObject commit() {
        return new JsonObject().with("ID", Product.VERSION).with("Expected", Product.VERSION);
    }

    private static int openFiles() {
        String[] names = new java.io.File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }
}
