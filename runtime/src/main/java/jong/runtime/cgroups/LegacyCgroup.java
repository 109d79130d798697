package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A container's groups on cgroup v1, one in each hierarchy (Documentation/admin-guide/cgroup-v1).
 */
final class LegacyCgroup implements ContainerCgroup {

    private static final String STATE = "freezer.state";
    private static final int SIGKILL = 9;

    private final String path;
    private final Map<CgroupHierarchy, Cgroup> groups;

    /**
     * @param path as it was asked for
     * @param groups by hierarchy
     */
    LegacyCgroup(String path, Map<CgroupHierarchy, Cgroup> groups) {
        this.path = path;
        this.groups = groups;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void create(LinuxResources resources) throws IOException {
        Optional<Cgroup> any = groups.values().stream().findFirst();
        if (any.isPresent() && any.get().exists()) {
            refuseUsed(any.get());
        }
        for (Map.Entry<CgroupHierarchy, Cgroup> entry : groups.entrySet()) {
            entry.getValue().create();
            if (entry.getKey().controllers().contains("cpuset")) {
                inheritCpuset(entry.getKey().mountPoint(), entry.getValue().directory());
            }
        }
        write(LegacyLimits.of(resources, Long.MAX_VALUE));
    }

    private static void refuseUsed(Cgroup group) throws IOException {
        int processes = CgroupTree.pids(group).size();
        if (processes > 0) {
            throw new Conflict(
                    "container's cgroup is not empty: " + processes + " process(es) found");
        }
    }

    /** A new cpuset is empty and cannot be joined; it begins with what its parent has. */
    private static void inheritCpuset(Path top, Path directory) throws IOException {
        if (directory.equals(top)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent == null) {
            return;
        }
        inheritCpuset(top, parent);
        var group = new Cgroup(directory);
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            if (group.read(file).isEmpty()) {
                group.write(file, new Cgroup(parent).read(file));
            }
        }
    }

    @Override
    public void update(LinuxResources resources) throws IOException {
        String present = controller("memory").read("memory.limit_in_bytes");
        write(LegacyLimits.of(resources, Long.parseUnsignedLong(present)));
    }

    private void write(List<Setting> settings) throws IOException {
        for (Setting setting : settings) {
            Cgroup group =
                    find(setting.controller())
                            .orElseThrow(() -> missing(setting, setting.controller()));
            try {
                group.write(setting.file(), setting.value());
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                // Without swap accounting there is nothing to lift.
                if (!setting.file().contains("memsw") || !setting.value().equals("-1")) {
                    throw missing(setting, "file " + setting.file());
                }
            }
        }
    }

    private static InvalidArgument missing(Setting setting, String what) {
        return new InvalidArgument(
                "cannot set "
                        + setting.file()
                        + " to "
                        + setting.value()
                        + ": this kernel has no cgroup "
                        + (what.equals(setting.controller()) ? "controller " + what : what));
    }

    @Override
    public CgroupPlacement placement() {
        List<String> files = new ArrayList<>();
        List<CgroupView> views = new ArrayList<>();
        groups.forEach((hierarchy, group) -> {
            files.add(group.directory().resolve("tasks").toString());
            views.add(view(hierarchy, group));
        });
        return new CgroupPlacement(files, views, false);
    }

    private static CgroupView view(CgroupHierarchy hierarchy, Cgroup group) {
        Path name = hierarchy.mountPoint().getFileName();
        List<String> options = new ArrayList<>();
        for (String controller : new TreeSet<>(hierarchy.controllers())) {
            options.add(controller.startsWith("name=") ? "none," + controller : controller);
        }
        return new CgroupView(
                name == null ? "" : name.toString(), String.join(",", options), group.directory());
    }

    @Override
    public List<Integer> pids() throws IOException {
        return CgroupTree.pids(controller("freezer"));
    }

    @Override
    public void freeze() throws IOException {
        Cgroup freezer = controller("freezer");
        // While processes fork, FREEZING can last; writing again makes the kernel look again.
        Polling.until(
                "freezing " + freezer.directory(),
                () -> {
                    freezer.write(STATE, "FROZEN");
                    return freezer.read(STATE).equals("FROZEN");
                });
    }

    @Override
    public void thaw() throws IOException {
        controller("freezer").write(STATE, "THAWED");
    }

    @Override
    public boolean frozen() throws IOException {
        Cgroup freezer = controller("freezer");
        return freezer.exists() && !freezer.read(STATE).equals("THAWED");
    }

    @Override
    public void signalAll(int signo) throws IOException {
        List<Integer> pids = pids();
        if (pids.isEmpty()) {
            return;
        }
        if (signo != SIGKILL) {
            CgroupTree.signal(pids, signo);
            return;
        }
        boolean stopped = tryFreeze();
        try {
            CgroupTree.kill(pids());
        } finally {
            if (stopped) {
                thaw();
            }
        }
    }

    /** So that no process forks between the list and the signal; without it most still die. */
    private boolean tryFreeze() throws IOException {
        try {
            freeze();
            return true;
        } catch (Polling.TimeoutException e) {
            thaw();
            return false;
        }
    }

    @Override
    public CgroupUsage usage() throws IOException {
        return new LegacyUsage(this::controller).read();
    }

    @Override
    public long oomKills() throws IOException {
        return ControlFile.keyed(controller("memory"), "memory.oom_control")
                .getOrDefault("oom_kill", 0L);
    }

    @Override
    public void remove() throws IOException {
        Optional<Cgroup> freezer = find("freezer");
        if (freezer.isPresent() && freezer.get().exists()) {
            signalAll(SIGKILL);
        }
        for (Cgroup group : groups.values()) {
            CgroupTree.remove(group);
        }
    }

    private Optional<Cgroup> find(String controller) {
        return groups.entrySet().stream()
                .filter(e -> e.getKey().controllers().contains(controller))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private Cgroup controller(String name) {
        return find(name)
                .orElseThrow(
                        () -> new InvalidArgument("this machine has no cgroup controller " + name));
    }
}
