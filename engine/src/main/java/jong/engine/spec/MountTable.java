package jong.engine.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jong.api.HostConfig;
import jong.api.IdMap;
import jong.api.IdRange;
import jong.wire.json.JsonObject;

/** The {@code mounts} of a container's config.json, in the order in which they are made. */
final class MountTable {

    private static final long DEFAULT_SHM_BYTES = 64L << 20;

    private final SpecRequest request;
    private final HostConfig host;
    private final boolean privileged;

    MountTable(SpecRequest request) {
        this.request = request;
        this.host = request.host();
        this.privileged = host.privileged();
    }

    /** Docker's own mounts, then the user's and the network files, shallow paths first. */
    List<JsonObject> build() {
        Map<String, JsonObject> users = new TreeMap<>(MountTable::shallowFirst);
        host.tmpfs().forEach((path, words) -> put(users, tmpfs(clean(path), options(words))));
        request.mounts().forEach(mount -> put(users, of(mount)));
        networkFiles().forEach(mount -> users.putIfAbsent(destination(mount), mount));
        if (request.initProgram() != null) {
            put(users, bind(request.initProgram(), ContainerSpec.INIT, List.of("bind", "ro")));
        }
        List<JsonObject> all = new ArrayList<>(defaults(users.keySet()));
        all.addAll(users.values());
        return all;
    }

    private static int shallowFirst(String one, String other) {
        Comparator<String> depth = Comparator.comparingInt(path -> Path.of(path).getNameCount());
        return depth.thenComparing(Comparator.naturalOrder()).compare(one, other);
    }

    private List<JsonObject> defaults(Set<String> taken) {
        List<JsonObject> mounts = new ArrayList<>();
        mounts.add(mount("proc", "proc", "/proc", "nosuid", "noexec", "nodev"));
        mounts.add(
                mount(
                        "tmpfs",
                        "tmpfs",
                        "/dev",
                        "nosuid",
                        "strictatime",
                        "mode=755",
                        "size=65536k"));
        mounts.add(
                mount(
                        "devpts",
                        "devpts",
                        "/dev/pts",
                        "nosuid",
                        "noexec",
                        "newinstance",
                        "ptmxmode=0666",
                        "mode=0620",
                        "gid=5"));
        if (privileged) {
            mounts.add(mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev"));
            mounts.add(mount("cgroup", "cgroup", "/sys/fs/cgroup", "nosuid", "noexec", "nodev"));
        } else {
            mounts.add(mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro"));
            mounts.add(
                    mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro", "nosuid", "noexec", "nodev"));
        }
        mounts.add(mount("mqueue", "mqueue", "/dev/mqueue", "nosuid", "noexec", "nodev"));
        if (!host.ipcMode().equals("none")) {
            mounts.add(shm());
        }
        // What the user mounts on /dev brings its own pts, shm and mqueue along.
        boolean ownDev = taken.contains("/dev");
        return mounts.stream()
                .filter(mount -> !taken.contains(destination(mount)))
                .filter(mount -> !(ownDev && destination(mount).startsWith("/dev/")))
                .collect(Collectors.toList());
    }

    private JsonObject shm() {
        if (request.shm() != null) {
            return bind(request.shm(), "/dev/shm", List.of("rbind", "rprivate"));
        }
        long size = host.shmSize() > 0 ? host.shmSize() : DEFAULT_SHM_BYTES;
        return mount(
                "tmpfs",
                "shm",
                "/dev/shm",
                "nosuid",
                "noexec",
                "nodev",
                "mode=1777",
                "size=" + size);
    }

    private List<JsonObject> networkFiles() {
        List<String> options =
                host.readonlyRootfs()
                        ? List.of("rbind", "rro", "rprivate")
                        : List.of("rbind", "rprivate");
        List<JsonObject> mounts = new ArrayList<>();
        for (String name : List.of("resolv.conf", "hostname", "hosts")) {
            Path file = request.files().resolve(name);
            mounts.add(bind(file, "/etc/" + name, options));
        }
        return mounts;
    }

    private static JsonObject of(MountPoint mount) {
        if (mount.type() == MountPoint.Kind.TMPFS) {
            return tmpfs(mount.destination(), mount.options().tmpfs());
        }
        MountPoint.BindOptions how = mount.options().bind();
        List<String> words = new ArrayList<>();
        words.add(how.recursive() ? "rbind" : "bind");
        if (!mount.writable()) {
            words.add(how.shallowReadOnly() ? "ro" : "rro");
        }
        if (!mount.propagation().isEmpty()) {
            words.add(mount.propagation());
        }
        JsonObject made = bind(Path.of(mount.source()), mount.destination(), words);
        IdMap map = mount.options().idMap();
        if (!map.isNone()) {
            words.add(map.recursive() ? "ridmap" : "idmap");
            made.with("options", words)
                    .with("uidMappings", mappings(map.uids()))
                    .with("gidMappings", mappings(map.gids()));
        }
        return made;
    }

    private static List<JsonObject> mappings(List<IdRange> ranges) {
        return ranges.stream()
                .map(range ->
                        new JsonObject()
                                .with("containerID", range.file())
                                .with("hostID", range.container())
                                .with("size", range.count()))
                .toList();
    }

    private static JsonObject tmpfs(String destination, List<String> given) {
        return new JsonObject()
                .with("destination", destination)
                .with("type", "tmpfs")
                .with("source", "tmpfs")
                .with("options", TmpfsOptions.merge(given));
    }

    private static List<String> options(String words) {
        return words.isEmpty() ? List.of() : List.of(words.split(","));
    }

    private static JsonObject bind(Path source, String destination, List<String> options) {
        return new JsonObject()
                .with("destination", destination)
                .with("type", "bind")
                .with("source", source.toString())
                .with("options", options);
    }

    private static JsonObject mount(
            String type, String source, String destination, String... options) {
        return new JsonObject()
                .with("destination", destination)
                .with("type", type)
                .with("source", source)
                .with("options", List.of(options));
    }

    private static String clean(String path) {
        return Path.of(path).normalize().toString();
    }

    private static void put(Map<String, JsonObject> mounts, JsonObject mount) {
        mounts.put(destination(mount), mount);
    }

    private static String destination(JsonObject mount) {
        return mount.string("destination");
    }
}
