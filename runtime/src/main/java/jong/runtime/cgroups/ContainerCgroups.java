package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.CgroupMembership;
import jong.linux.cgroups.Cgroups;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;

/** Finds the place of containers' cgroups on this machine. Immutable; read once at start. */
public final class ContainerCgroups {

    private final Cgroups machine;
    private final CgroupMembership own;

    private ContainerCgroups(Cgroups machine, CgroupMembership own) {
        this.machine = machine;
        this.own = own;
    }

    /** Reads this machine's hierarchies. */
    public static ContainerCgroups detect() throws IOException {
        return new ContainerCgroups(Cgroups.detect(), CgroupMembership.own());
    }

    /**
     * A container's cgroup, whether it exists or not.
     *
     * @param cgroupsPath {@code linux.cgroupsPath}: absolute from the hierarchy's root, relative
     *     from this program's own cgroup
     * @throws InvalidArgument if the path leaves the hierarchy
     */
    public ContainerCgroup of(String cgroupsPath) {
        if (cgroupsPath.chars().filter(c -> c == ':').count() == 2) {
            throw new Unimplemented(
                    "cgroupsPath " + cgroupsPath + " needs systemd, which does not run here");
        }
        Path path = Path.of(cgroupsPath);
        for (Path name : path) {
            if (name.toString().equals("..")) {
                throw new InvalidArgument("invalid cgroup path: " + cgroupsPath);
            }
        }
        if (path.normalize().getNameCount() == 0 || path.normalize().toString().isEmpty()) {
            throw new InvalidArgument("invalid cgroup path: \"" + cgroupsPath + "\"");
        }
        return machine.mode() == Cgroups.Mode.V2 ? unified(path) : legacy(path);
    }

    /** Whether the limits go through cgroup v2. */
    public boolean unified() {
        return machine.mode() == Cgroups.Mode.V2;
    }

    private UnifiedCgroup unified(Path path) {
        CgroupHierarchy hierarchy = machine.unified().orElseThrow();
        String absolute = absolute(path, own.unifiedPath().orElse("/"));
        return new UnifiedCgroup(absolute, hierarchy.mountPoint(), hierarchy.group(absolute));
    }

    /** The hierarchy of v2 beside v1 has no controllers; containers are not put into it. */
    private LegacyCgroup legacy(Path path) {
        Map<CgroupHierarchy, Cgroup> groups = new LinkedHashMap<>();
        for (CgroupHierarchy hierarchy : machine.hierarchies()) {
            if (!hierarchy.unified()) {
                String start =
                        hierarchy.controllers().stream().findFirst().flatMap(own::path).orElse("/");
                groups.put(hierarchy, hierarchy.group(absolute(path, start)));
            }
        }
        return new LegacyCgroup(path.toString(), groups);
    }

    private static String absolute(Path path, String start) {
        return Path.of(start).resolve(path).normalize().toString();
    }
}
