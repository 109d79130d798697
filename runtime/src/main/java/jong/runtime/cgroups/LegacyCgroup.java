package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.oci.runtime.LinuxResources;
import jong.runtime.devices.DeviceAccess;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A container's groups on cgroup v1, one in each hierarchy (Documentation/admin-guide/cgroup-v1).
 */
final class LegacyCgroup implements ContainerCgroup {

    private static final String STATE = "freezer.state";
    private static final String PROCESSES = "cgroup.procs";
    private static final int SIGKILL = 9;

    private final String path;
    private final Map<CgroupHierarchy, Cgroup> groups;
    private final Map<CgroupHierarchy, Cgroup> stays;
    private final boolean rootless;

    /** Whether others were found in the groups, who must not be killed with them. */
    private volatile boolean foreign;

    /**
     * @param path as it was asked for
     * @param groups by hierarchy; that of version 2 among them where it is mounted beside
     */
    LegacyCgroup(String path, Map<CgroupHierarchy, Cgroup> groups) {
        this(path, groups, Map.of(), false);
    }

    private LegacyCgroup(
            String path,
            Map<CgroupHierarchy, Cgroup> groups,
            Map<CgroupHierarchy, Cgroup> stays,
            boolean rootless) {
        this.path = path;
        this.groups = groups;
        this.stays = stays;
        this.rootless = rootless;
    }

    /**
     * That of a container of an ordinary user: device rules are left to those who may make devices.
     *
     * @param groups those that the user could make
     * @param stays those of the other hierarchies, in which the container's processes stay
     */
    static LegacyCgroup rootless(
            String path, Map<CgroupHierarchy, Cgroup> groups, Map<CgroupHierarchy, Cgroup> stays) {
        return new LegacyCgroup(path, groups, stays, true);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Map<String, String> directories() {
        Map<String, String> directories = new TreeMap<>();
        groups.forEach((hierarchy, group) ->
                names(hierarchy)
                        .forEach(name -> directories.put(name, group.directory().toString())));
        return directories;
    }

    /** By which {@link #directories} knows a hierarchy. */
    static Set<String> names(CgroupHierarchy hierarchy) {
        return hierarchy.unified() ? Set.of("") : hierarchy.controllers();
    }

    @Override
    public void fill(LinuxResources resources) throws IOException {
        for (Map.Entry<CgroupHierarchy, Cgroup> entry : groups.entrySet()) {
            entry.getValue().create();
            if (entry.getKey().controllers().contains("cpuset") && !entry.getKey().unified()) {
                inheritCpuset(entry.getKey().mountPoint(), entry.getValue().directory());
            }
        }
        setDevices(DeviceAccess.ofContainer(resources.devices()));
        update(resources);
    }

    @Override
    public void refuseUsed() throws IOException {
        // All hierarchies have the same path: what one has, the others will have.
        Optional<Cgroup> freezer = find("freezer");
        Optional<Cgroup> any = freezer.or(() -> groups.values().stream().findFirst());
        if (any.isEmpty() || !any.get().exists()) {
            return;
        }
        int processes = CgroupTree.pids(any.get()).size();
        if (processes > 0) {
            foreign = true;
            throw new Conflict(
                    "container's cgroup is not empty: " + processes + " process(es) found");
        }
        if (freezer.isPresent() && frozen()) {
            foreign = true;
            throw new Conflict("container's cgroup unexpectedly frozen");
        }
    }

    private void setDevices(DeviceAccess wanted) throws IOException {
        Optional<Cgroup> devices = find("devices");
        if (devices.isEmpty()) {
            if (rootless) {
                return;
            }
            throw new InvalidArgument(
                    "cannot set devices limit: container could not join or create cgroup");
        }
        var present = DeviceAccess.ofList(devices.get().read("devices.list"));
        for (DeviceAccess.Change change : present.changesTo(wanted)) {
            devices.get().write(change.allow() ? "devices.allow" : "devices.deny", change.line());
        }
    }

    @Override
    public void delegate(long uid) {
        // With its files, a container could name a release agent that runs as root on the host.
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
        new SettingWriter(this::find).write(LegacyLimits.of(resources, present()));
    }

    private LegacyLimits.Present present() throws IOException {
        Optional<Cgroup> memory = find("memory");
        long limit =
                memory.isPresent()
                        ? ControlFile.number(memory.get(), "memory.limit_in_bytes", 0)
                        : 0;
        Optional<Cgroup> blkio = find("blkio");
        boolean bfq = blkio.isPresent() && blkio.get().has("blkio.bfq.weight");
        return new LegacyLimits.Present(limit, bfq);
    }

    @Override
    public CgroupPlacement placement() {
        return placement(SubCgroups.parse(List.of()));
    }

    @Override
    public CgroupPlacement placement(int initPid, List<String> below) {
        var sub = SubCgroups.parse(below);
        Set<String> known = new TreeSet<>();
        groups.keySet().forEach(hierarchy -> known.addAll(hierarchy.controllers()));
        sub.check(known);
        return placement(sub);
    }

    private CgroupPlacement placement(SubCgroups sub) {
        List<String> files = new ArrayList<>();
        List<CgroupView> views = new ArrayList<>();
        groups.forEach((hierarchy, group) -> {
            Path joined = sub.below(group, hierarchy.controllers()).directory();
            // In the tasks file, a process moves itself without a lock on all others.
            files.add(joined.resolve(hierarchy.unified() ? PROCESSES : "tasks").toString());
            addView(views, hierarchy, group);
        });
        stays.forEach((hierarchy, group) -> addView(views, hierarchy, group));
        return new CgroupPlacement(files, views, false);
    }

    private static void addView(List<CgroupView> views, CgroupHierarchy hierarchy, Cgroup group) {
        if (!hierarchy.unified()) {
            views.add(view(hierarchy, group));
        }
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
        Optional<Cgroup> freezer = find("freezer");
        return freezer.isEmpty() ? List.of() : CgroupTree.pids(freezer.get());
    }

    @Override
    public void freeze() throws IOException {
        Cgroup freezer = controller("freezer");
        try {
            // While processes fork, FREEZING can last; writing again makes the kernel look again.
            Polling.until(
                    "freezing " + freezer.directory(),
                    () -> {
                        freezer.write(STATE, "FROZEN");
                        return freezer.read(STATE).equals("FROZEN");
                    });
        } catch (IOException e) {
            thawAfter(e);
            throw e;
        }
    }

    /** Half frozen, the container could be neither used nor ended. */
    private void thawAfter(IOException cause) {
        try {
            thaw();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void thaw() throws IOException {
        controller("freezer").write(STATE, "THAWED");
    }

    @Override
    public boolean frozen() throws IOException {
        Optional<Cgroup> freezer = find("freezer");
        return freezer.isPresent()
                && freezer.get().exists()
                && !freezer.get().read(STATE).equals("THAWED");
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
            return false;
        }
    }

    @Override
    public CgroupUsage usage() throws IOException {
        return new LegacyUsage(this::find).read();
    }

    @Override
    public JsonObject stats() throws IOException {
        return new LegacyStats(this::find).read();
    }

    @Override
    public long oomKills() throws IOException {
        Optional<Cgroup> memory = find("memory");
        return memory.isEmpty()
                ? 0
                : ControlFile.keyed(memory.get(), "memory.oom_control")
                        .getOrDefault("oom_kill", 0L);
    }

    @Override
    public Optional<OomNotices> oomNotices() throws IOException {
        Optional<Cgroup> memory = find("memory");
        return memory.isPresent() && memory.get().exists()
                ? Optional.of(OomNotices.legacy(memory.get()))
                : Optional.empty();
    }

    @Override
    public void remove() throws IOException {
        if (foreign) {
            return;
        }
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
                .filter(e -> !e.getKey().unified())
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
