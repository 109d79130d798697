package jong.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.HostDefaults;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** What the daemon's options say about containers that say nothing themselves. */
final class ContainerDefaults {

    /**
     * With both versions of cgroups. Docker keeps the host's namespace with the first one, where
     * containers then see the names and places of all others; nothing needs that any more.
     */
    private static final String OWN_CGROUP_NAMESPACE = "private";

    private ContainerDefaults() {}

    static HostDefaults of(DaemonOptions options) throws IOException {
        String given = options.defaultCgroupnsMode();
        var members =
                new JsonObject()
                        .with("ShmSize", options.defaultShmSize())
                        .with("CgroupnsMode", given.isEmpty() ? OWN_CGROUP_NAMESPACE : given)
                        .with("IpcMode", options.defaultIpcMode())
                        .withUnlessEmpty("CgroupParent", options.cgroupParent())
                        .withUnlessEmpty("Init", options.init());
        return new HostDefaults(
                options.logDriver(),
                options.logOptions(),
                members,
                ulimits(options),
                securityOptions(options));
    }

    private static List<JsonObject> ulimits(DaemonOptions options) {
        List<JsonObject> limits = new ArrayList<>();
        options.defaultUlimits()
                .forEach((name, value) -> {
                    String[] parts = value.split(":", 2);
                    try {
                        long soft = Long.parseLong(parts[0]);
                        long hard = parts.length == 2 ? Long.parseLong(parts[1]) : soft;
                        limits.add(
                                new JsonObject()
                                        .with("Name", name)
                                        .with("Hard", hard)
                                        .with("Soft", soft));
                    } catch (NumberFormatException e) {
                        throw new InvalidArgument(
                                "invalid default ulimit " + name + "=" + value, e);
                    }
                });
        return limits;
    }

    private static List<String> securityOptions(DaemonOptions options) throws IOException {
        List<String> all = new ArrayList<>();
        if (options.noNewPrivileges()) {
            all.add("no-new-privileges");
        }
        switch (options.seccompProfile()) {
            case "builtin", "" -> {}
            case "unconfined" -> all.add("seccomp=unconfined");
            default ->
                    all.add(
                            "seccomp="
                                    + Files.readString(Path.of(options.seccompProfile()), UTF_8));
        }
        return all;
    }
}
