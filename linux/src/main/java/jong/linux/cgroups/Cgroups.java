package jong.linux.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.mounts.MountEntry;
import jong.linux.mounts.MountTable;

/**
 * The control group hierarchies of this machine.
 *
 * @param hierarchies all mounted ones, each once
 */
public record Cgroups(List<CgroupHierarchy> hierarchies) {
    private static final Set<String> NOT_CONTROLLERS =
            Set.of("rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "none");

    /** Which versions are in use. */
    public enum Mode {
        /** Version 1 alone. */
        V1,
        /** Version 2 alone. */
        V2,
        /** Controllers on version 1, and version 2 mounted beside them. */
        HYBRID
    }

    /** Copies the list. */
    public Cgroups {
        hierarchies = List.copyOf(hierarchies);
    }

    /** Reads the mount table. */
    public static Cgroups detect() throws IOException {
        return of(MountTable.read());
    }

    static Cgroups of(MountTable mounts) throws IOException {
        var found = new ArrayList<CgroupHierarchy>();
        var seen = new HashSet<String>();
        for (var entry : mounts.entries()) {
            boolean unified = entry.type().equals("cgroup2");
            if ((unified || entry.type().equals("cgroup")) && seen.add(entry.device())) {
                found.add(hierarchy(entry, unified));
            }
        }
        return new Cgroups(found);
    }

    /** Which versions are in use. */
    public Mode mode() {
        boolean one = hierarchies.stream().anyMatch(h -> !h.unified());
        boolean two = hierarchies.stream().anyMatch(CgroupHierarchy::unified);
        if (one) {
            return two ? Mode.HYBRID : Mode.V1;
        }
        return Mode.V2;
    }

    /** The hierarchy of version 2. */
    public Optional<CgroupHierarchy> unified() {
        return hierarchies.stream().filter(CgroupHierarchy::unified).findFirst();
    }

    /** The hierarchy that has a controller, such as {@code memory} or {@code name=systemd}. */
    public Optional<CgroupHierarchy> withController(String name) {
        return hierarchies.stream().filter(h -> h.controllers().contains(name)).findFirst();
    }

    private static CgroupHierarchy hierarchy(MountEntry entry, boolean unified) throws IOException {
        var mountPoint = Path.of(entry.mountPoint());
        var controllers = unified ? controllersOf(mountPoint) : entry.superOptions();
        var names = new HashSet<>(controllers);
        names.removeAll(NOT_CONTROLLERS);
        names.removeIf(name -> name.isEmpty() || name.startsWith("release_agent="));
        return new CgroupHierarchy(mountPoint, entry.root(), names, unified);
    }

    private static List<String> controllersOf(Path mountPoint) throws IOException {
        var file = mountPoint.resolve("cgroup.controllers");
        return Files.exists(file)
                ? List.of(Files.readString(file, UTF_8).strip().split(" "))
                : List.of();
    }
}
