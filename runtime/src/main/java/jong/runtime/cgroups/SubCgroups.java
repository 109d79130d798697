package jong.runtime.cgroups;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.linux.cgroups.Cgroup;
import jong.wire.status.StatusException.InvalidArgument;

/** The groups below a container's own that {@code exec --cgroup} names, with runc's texts. */
final class SubCgroups {

    /** Stands for all controllers. */
    private static final String EVERY = "";

    private final Map<String, String> paths;

    private SubCgroups(Map<String, String> paths) {
        this.paths = paths;
    }

    static SubCgroups parse(List<String> arguments) {
        Map<String, String> paths = new HashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split(":", -1);
            if (parts.length > 2) {
                throw new InvalidArgument("invalid --cgroup argument: " + argument);
            }
            if (parts.length == 2) {
                for (String controller : parts[0].split(",", -1)) {
                    paths.put(controller, parts[1]);
                }
            } else if (arguments.size() > 1) {
                throw new InvalidArgument(
                        "invalid --cgroup argument: "
                                + argument
                                + " (missing <controller>: prefix)");
            } else {
                paths.put(EVERY, argument);
            }
        }
        return new SubCgroups(paths);
    }

    /** Whether there are none. */
    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** Every controller that is named must be one that the container has. */
    void check(Set<String> controllers) {
        for (String controller : paths.keySet()) {
            if (!controller.equals(EVERY) && !controllers.contains(controller)) {
                throw new InvalidArgument("unknown controller " + controller);
            }
        }
    }

    /**
     * The group below one that has these controllers. The path is confined by its words, not by
     * what is on the disk: control groups have no symbolic links.
     */
    Cgroup below(Cgroup group, Set<String> controllers) {
        String path = paths.get(EVERY);
        for (String controller : controllers) {
            path = paths.getOrDefault(controller, path == null ? "" : path);
        }
        if (path == null || path.isEmpty()) {
            return group;
        }
        Path target = Path.of(group.directory() + "/" + path).normalize();
        if (!target.startsWith(group.directory())) {
            throw new InvalidArgument("bad sub cgroup path: " + path);
        }
        return new Cgroup(target);
    }
}
