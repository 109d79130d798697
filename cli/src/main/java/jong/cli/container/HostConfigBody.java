package jong.cli.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;
import jong.wire.json.JsonObject;

/** The part of the request that depends on the host, in the order of the API's document. */
final class HostConfigBody {

    private final FlagSet flags;
    private final PublishFlags ports;
    private final VolumeFlags volumes;

    HostConfigBody(FlagSet flags, PublishFlags ports, VolumeFlags volumes) {
        this.flags = flags;
        this.ports = ports;
        this.volumes = volumes;
    }

    JsonObject json(NetworkFlags networks) throws IOException {
        var host =
                new JsonObject()
                        .with("Binds", DeviceFlags.orNull(volumes.binds()))
                        .with("ContainerIDFile", flags.text("cidfile"))
                        .with("LogConfig", log())
                        .with("NetworkMode", networks.mode())
                        .with("PortBindings", ports.bindings())
                        .with("RestartPolicy", RestartFlag.parse(flags.text("restart", "no")))
                        .with("AutoRemove", flags.on("rm"))
                        .with("VolumeDriver", flags.text("volume-driver"))
                        .with("VolumesFrom", DeviceFlags.orNull(flags.all("volumes-from")))
                        .with("ConsoleSize", consoleSize())
                        .withUnlessEmpty("Annotations", pairs("annotation"))
                        .with("CapAdd", Capabilities.normalise(flags.all("cap-add")))
                        .with("CapDrop", Capabilities.normalise(flags.all("cap-drop")))
                        .with("CgroupnsMode", mode("cgroupns", "CGROUP", "host", "private"))
                        .with("Dns", dns())
                        .with("DnsOptions", flags.all("dns-option"))
                        .with("DnsSearch", flags.all("dns-search"))
                        .with("ExtraHosts", DeviceFlags.orNull(hosts()))
                        .with("GroupAdd", DeviceFlags.orNull(flags.all("group-add")))
                        .with("IpcMode", flags.text("ipc"))
                        .with("Cgroup", "")
                        .with("Links", DeviceFlags.orNull(flags.all("link")))
                        .with("OomScoreAdj", flags.number("oom-score-adj", 0))
                        .with("PidMode", mode("pid", "PID", "host", "container:"));
        putSecurity(host);
        new ResourceFlags(flags).putAll(host);
        host.with("CpuCount", 0L)
                .with("CpuPercent", 0L)
                .with("IOMaximumIOps", 0L)
                .with("IOMaximumBandwidth", 0L)
                .withUnlessEmpty("Mounts", mounts());
        var security = new SecurityFlags(flags.all("security-opt"));
        host.with("MaskedPaths", security.paths()).with("ReadonlyPaths", security.paths());
        return flags.given("init") ? host.with("Init", flags.on("init")) : host;
    }

    private void putSecurity(JsonObject host) throws IOException {
        var security = new SecurityFlags(flags.all("security-opt"));
        host.with("Privileged", flags.on("privileged"))
                .with("PublishAllPorts", flags.on("publish-all"))
                .with("ReadonlyRootfs", flags.on("read-only"))
                .with("SecurityOpt", security.options())
                .withUnlessEmpty("StorageOpt", storage())
                .withUnlessEmpty("Tmpfs", VolumeFlags.tmpfs(flags.all("tmpfs")))
                .with("UTSMode", mode("uts", "UTS", "host"))
                .with("UsernsMode", mode("userns", "USER", "host"))
                .with("ShmSize", shmSize())
                .withUnlessEmpty("Sysctls", pairs("sysctl"))
                .withUnlessEmpty("Runtime", flags.text("runtime"))
                .with("Isolation", flags.text("isolation"));
    }

    private JsonObject log() {
        String driver = flags.text("log-driver");
        JsonObject options = pairs("log-opt");
        if (driver.equals("none") && !options.isEmpty()) {
            throw new CommandException("invalid logging opts for driver none", 125);
        }
        return new JsonObject().with("Type", driver).with("Config", options);
    }

    private List<Long> consoleSize() {
        Terminal.Size size = flags.on("tty") && Terminal.isTerminal(1) ? Terminal.size() : null;
        return size == null ? List.of(0L, 0L) : List.of((long) size.rows(), (long) size.columns());
    }

    private String mode(String name, String what, String... accepted) {
        String value = flags.text(name);
        boolean fine = value.isEmpty();
        for (String each : accepted) {
            fine |= each.endsWith(":") ? value.startsWith(each) : value.equals(each);
        }
        if (!fine) {
            throw new CommandException("--" + name + ": invalid " + what + " mode", 125);
        }
        return value;
    }

    private List<String> dns() {
        for (String value : flags.all("dns")) {
            if (!Addresses.isAddress(value)) {
                throw FlagException.invalid(
                        value,
                        flags.spelling("dns"),
                        "IP address is not correctly formatted: " + value);
            }
        }
        return flags.all("dns");
    }

    /** Entries {@code name:address}; an equals sign is accepted between the two. */
    private List<String> hosts() {
        List<String> hosts = new ArrayList<>();
        for (String value : flags.all("add-host")) {
            int at = value.indexOf('=');
            at = at < 0 ? value.indexOf(':') : at;
            if (at <= 0) {
                throw FlagException.invalid(
                        value,
                        flags.spelling("add-host"),
                        "bad format for add-host: \"" + value + "\"");
            }
            String address = value.substring(at + 1);
            boolean bracketed = address.startsWith("[") && address.endsWith("]");
            String plain = bracketed ? address.substring(1, address.length() - 1) : address;
            if (!plain.equals("host-gateway") && !Addresses.isAddress(plain)) {
                throw FlagException.invalid(
                        value,
                        flags.spelling("add-host"),
                        "invalid IP address in add-host: \"" + plain + "\"");
            }
            hosts.add(value.substring(0, at) + ":" + plain);
        }
        return hosts;
    }

    private List<JsonObject> mounts() {
        List<JsonObject> mounts = new ArrayList<>();
        for (String value : flags.all("mount")) {
            mounts.add(MountFlag.parse(value));
        }
        return mounts;
    }

    private JsonObject storage() {
        for (String value : flags.all("storage-opt")) {
            if (value.indexOf('=') < 0) {
                throw new CommandException("invalid storage option", 125);
            }
        }
        return pairs("storage-opt");
    }

    private JsonObject pairs(String name) {
        var pairs = new java.util.TreeMap<String, String>();
        for (String value : flags.all(name)) {
            int equals = value.indexOf('=');
            pairs.put(
                    equals < 0 ? value : value.substring(0, equals),
                    equals < 0 ? "" : value.substring(equals + 1));
        }
        var json = new JsonObject();
        pairs.forEach(json::put);
        return json;
    }

    private long shmSize() {
        long size = flags.bytes("shm-size");
        if (size < 0) {
            String text = flags.text("shm-size");
            throw FlagException.invalid(
                    text, flags.spelling("shm-size"), "invalid size: '" + text + "'");
        }
        return size;
    }
}
