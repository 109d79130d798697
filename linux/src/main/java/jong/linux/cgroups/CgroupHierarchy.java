package jong.linux.cgroups;

import java.nio.file.Path;
import java.util.Set;

/**
 * A mounted tree of control groups.
 *
 * @param mountPoint where it is mounted
 * @param root the group that lies at the mount point; {@code /} unless it was bind-mounted
 * @param controllers of version 1: the controllers of the mount, and {@code name=NAME} if it is a
 *     named one; of version 2: those in its {@code cgroup.controllers}
 * @param unified whether it is version 2
 */
public record CgroupHierarchy(
        Path mountPoint, String root, Set<String> controllers, boolean unified) {
    /** Copies the set. */
    public CgroupHierarchy {
        controllers = Set.copyOf(controllers);
    }

    /** Spelled out: the generated one links itself at its first use, for 10 ms of a cold start. */
    @Override
    public int hashCode() {
        return mountPoint.hashCode();
    }

    /**
     * The group at a path.
     *
     * @param path absolute within the hierarchy, as {@code /proc/PID/cgroup} has it
     */
    public Cgroup group(String path) {
        var relative = Path.of("/").relativize(Path.of(path).normalize());
        var below = Path.of("/").relativize(Path.of(root));
        if (!root.equals("/") && relative.startsWith(below)) {
            relative = below.relativize(relative);
        }
        return new Cgroup(mountPoint.resolve(relative));
    }
}
