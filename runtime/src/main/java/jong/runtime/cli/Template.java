package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.AlreadyExists;

/** The command {@code spec}: a configuration to start from. */
final class Template {

    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/cgroup.controllers");

    private Template() {}

    static int spec(Session session, Arguments arguments) throws IOException {
        Path file = Path.of(arguments.value("bundle", "")).resolve("config.json");
        if (Files.exists(file)) {
            throw new AlreadyExists("File config.json exists. Remove it first");
        }
        JsonObject spec = Json.parseObject(Resources.text("spec.json"));
        if (Files.exists(UNIFIED)) {
            addNamespace(spec.object("linux"), "cgroup");
        }
        if (arguments.has("rootless")) {
            forOrdinaryUser(spec);
        }
        Files.writeString(file, Json.writePretty(spec, "\t"));
        return 0;
    }

    /**
     * An ordinary user has one id to map, may not make a sysfs of a network namespace that is not
     * the user's, and sets no limits.
     */
    private static void forOrdinaryUser(JsonObject spec) throws IOException {
        List<JsonObject> mounts = new ArrayList<>();
        for (JsonObject mount : spec.objects("mounts")) {
            mounts.add(mount.string("destination").equals("/sys") ? hostSys() : unowned(mount));
        }
        spec.with("mounts", mounts);
        JsonObject linux = spec.object("linux");
        linux.remove("resources");
        List<JsonObject> namespaces = new ArrayList<>(linux.objects("namespaces"));
        namespaces.removeIf(namespace -> namespace.string("type").equals("network"));
        linux.with("namespaces", namespaces);
        addNamespace(linux, "user");
        linux.with("uidMappings", List.of(onlyRoot(ownId("uid"))));
        linux.with("gidMappings", List.of(onlyRoot(ownId("gid"))));
    }

    private static void addNamespace(JsonObject linux, String type) {
        List<JsonObject> namespaces = new ArrayList<>(linux.objects("namespaces"));
        namespaces.add(new JsonObject().with("type", type));
        linux.with("namespaces", namespaces);
    }

    private static JsonObject hostSys() {
        return new JsonObject()
                .with("destination", "/sys")
                .with("type", "none")
                .with("source", "/sys")
                .with("options", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
    }

    /** The ids in the options of a mount are not mapped. */
    private static JsonObject unowned(JsonObject mount) {
        List<String> options = new ArrayList<>(mount.strings("options"));
        options.removeIf(option -> option.startsWith("uid=") || option.startsWith("gid="));
        return mount.withUnlessEmpty("options", options);
    }

    private static JsonObject onlyRoot(int hostId) {
        return new JsonObject().with("containerID", 0).with("hostID", hostId).with("size", 1);
    }

    private static int ownId(String kind) throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:" + kind);
    }
}
