package jong.engine.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Makes the OCI runtime configuration of a container, as dockerd 26 makes it.
 *
 * <p>Deliberately different from docker's: an own cgroup namespace also on cgroup v1; the user is
 * given by name in {@code process.user.username} and looked up inside the container, where a
 * foreign passwd file can do no harm; no hooks, for the network is attached from outside.
 */
public final class ContainerSpec {

    /** Where {@code --init} puts the init program. */
    static final String INIT = "/sbin/docker-init";

    /** Hidden by default, {@code HostConfig.MaskedPaths}. */
    public static final List<String> MASKED_PATHS =
            List.of(
                    "/proc/asound",
                    "/proc/acpi",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/sys/firmware",
                    "/sys/devices/virtual/powercap");

    /** Read-only by default, {@code HostConfig.ReadonlyPaths}. */
    public static final List<String> READONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final SpecRequest request;
    private final ContainerConfig config;
    private final HostConfig host;
    private final SecurityOptions security;
    private final List<String> capabilities;

    private ContainerSpec(SpecRequest request) {
        this.request = request;
        this.config = request.config();
        this.host = request.host();
        this.security = SecurityOptions.parse(host.securityOpt());
        this.capabilities = request.machine().capabilities().of(host);
    }

    /**
     * The whole config.json; {@code root.path} is left to who mounts the root.
     *
     * @throws InvalidArgument with docker's text if an option is wrong
     */
    public static JsonObject of(SpecRequest request) {
        return new ContainerSpec(request).build();
    }

    private JsonObject build() {
        var spec = new JsonObject().with("ociVersion", "1.2.0").with("process", process());
        spec.with("root", new JsonObject().withUnlessEmpty("readonly", host.readonlyRootfs()));
        if (!host.utsMode().equals("host")) {
            spec.withUnlessEmpty("hostname", config.hostname());
        }
        spec.with("mounts", new MountTable(request).build());
        spec.withUnlessEmpty("annotations", annotations());
        return spec.with("linux", linux());
    }

    private JsonObject process() {
        var process = new JsonObject();
        if (config.tty()) {
            process.with("terminal", true);
            List<Long> size = host.consoleSize();
            if (size.get(0) > 0 && size.get(1) > 0) {
                process.with(
                        "consoleSize",
                        new JsonObject().with("height", size.get(0)).with("width", size.get(1)));
            }
        }
        process.with("user", user(config.user(), host.groupAdd()));
        process.with("args", args());
        process.with("env", Environment.ofProcess(config.hostname(), config.tty(), config.env()));
        process.with("cwd", config.workingDir().isEmpty() ? "/" : config.workingDir());
        process.with("capabilities", capabilitySets(capabilities));
        process.withUnlessEmpty("rlimits", Limits.rlimits(host));
        process.withUnlessEmpty("noNewPrivileges", security.noNewPrivileges());
        process.withUnlessEmpty("apparmorProfile", appArmorProfile());
        return process.with("oomScoreAdj", host.oomScoreAdj());
    }

    /** A user whom the runtime looks up in the container: docker's words, numbers or names. */
    public static JsonObject user(String name, List<String> groups) {
        return new JsonObject()
                .with("uid", 0L)
                .with("gid", 0L)
                .with("username", name.isEmpty() ? "0" : name)
                .withUnlessEmpty("groupnames", groups);
    }

    private List<String> args() {
        if (request.initProgram() == null) {
            return request.args();
        }
        List<String> args = new ArrayList<>(List.of(INIT, "--"));
        args.addAll(request.args());
        return args;
    }

    /** The sets that docker fills; inheritable and ambient stay empty (CVE-2022-24769). */
    public static JsonObject capabilitySets(List<String> names) {
        return new JsonObject()
                .with("bounding", names)
                .with("effective", names)
                .with("permitted", names);
    }

    private String appArmorProfile() {
        return request.machine().appArmor() ? security.profile(host.privileged()) : "";
    }

    private JsonObject annotations() {
        var annotations = new JsonObject();
        host.annotations().forEach(annotations::with);
        return annotations;
    }

    private JsonObject linux() {
        var linux = new JsonObject().withUnlessEmpty("sysctl", sysctls());
        Devices devices = Devices.of(host);
        var resources = new JsonObject().with("devices", devices.rules());
        Limits.resources(host).forEach(resources::with);
        linux.with("resources", resources);
        String parent = host.cgroupParent().isEmpty() ? "/jong" : host.cgroupParent();
        linux.with("cgroupsPath", Path.of("/").resolve(parent).resolve(request.id()).toString());
        linux.with("namespaces", namespaces());
        linux.withUnlessEmpty("devices", devices.nodes());
        linux.withUnlessEmpty("rootfsPropagation", rootPropagation());
        linux.withUnlessEmpty("seccomp", seccomp());
        if (!host.privileged()) {
            List<String> masked = host.maskedPaths();
            List<String> readOnly = host.readonlyPaths();
            linux.withUnlessEmpty("maskedPaths", masked == null ? MASKED_PATHS : masked);
            linux.withUnlessEmpty("readonlyPaths", readOnly == null ? READONLY_PATHS : readOnly);
        }
        return linux;
    }

    private JsonObject seccomp() {
        String wanted = security.seccomp();
        if (wanted.equals(SecurityOptions.UNCONFINED) || (wanted.isEmpty() && host.privileged())) {
            return new JsonObject();
        }
        var profile = new SeccompProfile(request.machine().architecture(), capabilities);
        return wanted.isEmpty() ? profile.defaults() : profile.custom(wanted);
    }

    /** Sorted by name; ports below 1024 and ping are open in a network of the container's own. */
    private JsonObject sysctls() {
        Map<String, String> all = new TreeMap<>();
        if (!config.domainname().isEmpty() && !host.utsMode().equals("host")) {
            all.put("kernel.domainname", config.domainname());
        }
        if (!host.networkMode().equals("host") && !request.joined().containsKey("network")) {
            all.put("net.ipv4.ip_unprivileged_port_start", "0");
            all.put("net.ipv4.ping_group_range", "0 2147483647");
        }
        all.putAll(host.sysctls());
        var json = new JsonObject();
        all.forEach(json::with);
        return json;
    }

    private List<JsonObject> namespaces() {
        List<JsonObject> list = new ArrayList<>();
        addNamespace(list, "mount", "");
        addNamespace(list, "network", host.networkMode());
        addNamespace(list, "uts", host.utsMode());
        addNamespace(list, "pid", host.pidMode());
        addNamespace(list, "ipc", host.ipcMode());
        addNamespace(list, "cgroup", host.cgroupnsMode());
        return list;
    }

    private void addNamespace(List<JsonObject> list, String type, String mode) {
        if (!mode.equals("host")) {
            Path joined = request.joined().get(type);
            list.add(
                    new JsonObject()
                            .with("type", type)
                            .withUnlessEmpty("path", joined == null ? "" : joined.toString()));
        }
    }

    /** As open as the most open of the mounts, else the runtime's default. */
    private String rootPropagation() {
        String result = "";
        for (MountPoint mount : request.mounts()) {
            if (mount.propagation().endsWith("shared")) {
                return "shared";
            }
            if (mount.propagation().endsWith("slave")) {
                result = "rslave";
            }
        }
        return result;
    }
}
