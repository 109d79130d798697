package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.CgroupMembership;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.LinuxResources;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.PermissionDenied;

/** Finds the place of containers' cgroups on this machine. Immutable; read once at start. */
public final class ContainerCgroups {

    private static final Path UID_MAP = Path.of("/proc/self/uid_map");
    private static final String ALL_IDS = " 4294967295";

    private final Cgroups machine;
    private final CgroupMembership own;

    /**
     * @param machine the hierarchies
     * @param own the groups of this program
     */
    ContainerCgroups(Cgroups machine, CgroupMembership own) {
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
     * @param cgroupsPath {@code linux.cgroupsPath}: {@code slice:prefix:name} of systemd; absolute
     *     from the hierarchy's root, relative from this program's own cgroup (v1) or from the one
     *     above it (v2, where a group with processes can have no others below). It cannot leave
     *     there: {@code ..} at the beginning means nothing
     * @throws InvalidArgument if it names no group below
     */
    public ContainerCgroup of(String cgroupsPath) {
        if (cgroupsPath.chars().filter(c -> c == ':').count() == 2) {
            return systemd(cgroupsPath, "");
        }
        Path path = confined(cgroupsPath);
        return unified() ? unified(path) : new LegacyCgroup(cgroupsPath, groups(path));
    }

    /**
     * The cgroup of a container that was made.
     *
     * @param path as {@link ContainerCgroup#path} told it
     * @param directories as {@link ContainerCgroup#directories} told it; without those hierarchies
     *     of v1 in which an ordinary user could make none
     */
    public ContainerCgroup existing(String path, Map<String, String> directories) {
        if (path.isEmpty()) {
            return none();
        }
        if (path.indexOf(':') >= 0 || unified()) {
            return of(path);
        }
        Map<CgroupHierarchy, Cgroup> groups = new LinkedHashMap<>();
        for (CgroupHierarchy hierarchy : machine.hierarchies()) {
            LegacyCgroup.names(hierarchy).stream()
                    .map(directories::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(directory -> groups.put(hierarchy, new Cgroup(Path.of(directory))));
        }
        return new LegacyCgroup(path, groups);
    }

    /**
     * A container's cgroup in a scope of systemd: the system's, or that of an ordinary user.
     *
     * @param cgroupsPath {@code slice:prefix:name}, or empty for the default of the container
     * @param id names the unit when there is no path
     * @throws InvalidArgument if the path is of another form, or there is no systemd
     */
    public ContainerCgroup systemd(String cgroupsPath, String id) {
        ServiceManager.require();
        try {
            boolean user = !isRoot();
            var manager = new ServiceManager(user);
            var unit = SystemdUnit.parse(cgroupsPath, id, manager.defaultSlice());
            Path path = Path.of(manager.ownCgroup() + unit.cgroup());
            ContainerCgroup files =
                    unified() ? unified(path) : new LegacyCgroup(path.toString(), groups(path));
            return new SystemdCgroup(unit, manager, files, unified());
        } catch (IOException e) {
            throw new Internal("cannot ask systemd: " + e.getMessage(), e);
        }
    }

    /**
     * The cgroup of a container whose creator may have no right to make one. The groups that it may
     * make are made.
     *
     * @param cgroupsPath {@code linux.cgroupsPath}, or empty if there is none
     * @param id names the group when there is no path
     * @param resources the limits that will be asked for
     * @throws PermissionDenied if a path or limits are asked for, and the right is missing
     */
    public ContainerCgroup rootless(String cgroupsPath, String id, LinuxResources resources)
            throws IOException {
        boolean given = !cgroupsPath.isEmpty();
        Path path = confined(given ? cgroupsPath : id);
        try {
            if (!unified()) {
                return legacyRootless(path, given);
            }
            UnifiedCgroup group = unified(path);
            group.make();
            return group;
        } catch (ErrnoException e) {
            if (!isPermission(e)) {
                throw e;
            }
            if (given) {
                throw new PermissionDenied(
                        "unable to apply cgroup configuration: " + e.getMessage());
            }
            if (!UnifiedLimits.of(resources, UnifiedLimits.Present.NOTHING).isEmpty()) {
                throw new PermissionDenied(
                        "rootless needs no limits + no cgrouppath when no permission is granted"
                                + " for cgroups: "
                                + e.getMessage());
            }
            return none();
        }
    }

    private NoCgroup none() {
        return new NoCgroup(machine.unified().orElseThrow().group(own.unifiedPath().orElse("/")));
    }

    /** Where nothing may be made, the container stays in our group, unless a path was given. */
    private LegacyCgroup legacyRootless(Path path, boolean given) throws ErrnoException {
        Map<CgroupHierarchy, Cgroup> groups = new LinkedHashMap<>();
        Map<CgroupHierarchy, Cgroup> stays = new LinkedHashMap<>();
        for (Map.Entry<CgroupHierarchy, Cgroup> entry : groups(path).entrySet()) {
            CgroupHierarchy hierarchy = entry.getKey();
            try {
                entry.getValue().create();
                groups.put(hierarchy, entry.getValue());
            } catch (ErrnoException e) {
                if (given || !isPermission(e)) {
                    throw e;
                }
                stays.put(hierarchy, hierarchy.group(start(hierarchy)));
            }
        }
        return LegacyCgroup.rootless(path.toString(), groups, stays);
    }

    private static boolean isPermission(ErrnoException e) {
        return e.errno() == Errno.EACCES || e.errno() == Errno.EPERM || e.errno() == Errno.EROFS;
    }

    private static Path confined(String cgroupsPath) {
        Path cleaned = Path.of("/").resolve(cgroupsPath).normalize();
        if (cleaned.getNameCount() == 0) {
            throw new InvalidArgument("invalid cgroup path: \"" + cgroupsPath + "\"");
        }
        return cgroupsPath.startsWith("/") ? cleaned : Path.of("/").relativize(cleaned);
    }

    /**
     * Whether this program may lack the right to change cgroups: it is not root's, or root of a
     * user namespace only.
     */
    public static boolean ofOrdinaryUser() throws IOException {
        return !isRoot() || !Files.readString(UID_MAP).contains(ALL_IDS);
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /** Whether the limits go through cgroup v2. */
    public boolean unified() {
        return machine.mode() == Cgroups.Mode.V2;
    }

    private UnifiedCgroup unified(Path path) {
        Path absolute = Path.of(own.unifiedPath().orElse("/")).resolveSibling(path);
        return new UnifiedCgroup(
                Path.of("/").resolve(absolute).normalize().toString(),
                machine.unified().orElseThrow());
    }

    /** The hierarchy of v2 beside v1 limits nothing, but tools look there, too. */
    private Map<CgroupHierarchy, Cgroup> groups(Path path) {
        Map<CgroupHierarchy, Cgroup> groups = new LinkedHashMap<>();
        for (CgroupHierarchy hierarchy : machine.hierarchies()) {
            String start = start(hierarchy);
            groups.put(hierarchy, hierarchy.group(Path.of(start).resolve(path).toString()));
        }
        return groups;
    }

    private String start(CgroupHierarchy hierarchy) {
        if (hierarchy.unified()) {
            return own.unifiedPath().orElse("/");
        }
        return hierarchy.controllers().stream().findFirst().flatMap(own::path).orElse("/");
    }
}
