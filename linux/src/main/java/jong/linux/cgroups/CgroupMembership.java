package jong.linux.cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which groups a process is in.
 *
 * @param paths by controller ({@code name=NAME} for a named hierarchy, empty for version 2), each
 *     absolute within its hierarchy
 */
public record CgroupMembership(Map<String, String> paths) {
    /** Copies the map. */
    public CgroupMembership {
        paths = Map.copyOf(paths);
    }

    /** This process's groups. */
    public static CgroupMembership own() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/cgroup")));
    }

    /** The groups of a process; NoSuchFileException when there is none of that id. */
    public static CgroupMembership of(int pid) throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")));
    }

    /**
     * Reads lines {@code id:controllers:path} of cgroups(7).
     *
     * @throws IllegalArgumentException when one is not of that form
     */
    static CgroupMembership parse(List<String> lines) {
        var paths = new HashMap<String, String>();
        for (var line : lines) {
            var fields = line.split(":", 3);
            if (fields.length != 3) {
                throw new IllegalArgumentException("not a line of /proc/PID/cgroup: " + line);
            }
            for (var controller : fields[1].split(",")) {
                paths.put(controller, fields[2]);
            }
        }
        return new CgroupMembership(paths);
    }

    /** The path in the hierarchy of a controller. */
    public Optional<String> path(String controller) {
        return Optional.ofNullable(paths.get(controller));
    }

    /** The path in version 2's hierarchy. */
    public Optional<String> unifiedPath() {
        return path("");
    }
}
