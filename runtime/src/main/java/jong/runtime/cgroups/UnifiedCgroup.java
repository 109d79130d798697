package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jong.linux.cgroups.Cgroup;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A container's group on cgroup v2. Device rules are not enforced: they need a BPF program, which
 * Jong does not attach.
 */
final class UnifiedCgroup implements ContainerCgroup {

    private static final int SIGKILL = 9;

    private final String path;
    private final Path top;
    private final Cgroup group;

    /**
     * @param path absolute in the hierarchy
     * @param top where the hierarchy is mounted
     * @param group the container's group
     */
    UnifiedCgroup(String path, Path top, Cgroup group) {
        this.path = path;
        this.top = top;
        this.group = group;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void create(LinuxResources resources) throws IOException {
        if (group.exists() && !CgroupTree.pids(group).isEmpty()) {
            throw new Conflict(
                    "container's cgroup is not empty: "
                            + CgroupTree.pids(group).size()
                            + " process(es) found");
        }
        group.create();
        Path parent = group.directory().getParent();
        if (parent != null) {
            delegate(parent);
        }
        write(UnifiedLimits.of(resources));
    }

    /** Turns on, from the top down, all controllers that the groups above have. */
    private void delegate(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (!directory.equals(top) && parent != null) {
            delegate(parent);
        }
        var above = new Cgroup(directory);
        Set<String> wanted = words(above.read("cgroup.controllers"));
        wanted.removeAll(words(above.read("cgroup.subtree_control")));
        for (String controller : wanted) {
            above.write("cgroup.subtree_control", "+" + controller);
        }
    }

    private static Set<String> words(String line) {
        return java.util.Arrays.stream(line.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void write(List<Setting> settings) throws IOException {
        for (Setting setting : settings) {
            if (!group.has(setting.file())) {
                throw new InvalidArgument(
                        "cannot set "
                                + setting.file()
                                + " to "
                                + setting.value()
                                + ": the cgroup has no such file");
            }
            group.write(setting.file(), setting.value());
        }
    }

    @Override
    public CgroupPlacement placement() {
        return new CgroupPlacement(
                List.of(group.directory().resolve("cgroup.procs").toString()),
                List.of(new CgroupView("", "", group.directory())),
                true);
    }

    @Override
    public void update(LinuxResources resources) throws IOException {
        write(UnifiedLimits.of(resources));
    }

    @Override
    public List<Integer> pids() throws IOException {
        return CgroupTree.pids(group);
    }

    @Override
    public void freeze() throws IOException {
        group.write("cgroup.freeze", "1");
        Polling.until(
                "freezing " + group.directory(),
                () -> ControlFile.keyed(group, "cgroup.events").getOrDefault("frozen", 0L) == 1);
    }

    @Override
    public void thaw() throws IOException {
        group.write("cgroup.freeze", "0");
    }

    @Override
    public boolean frozen() throws IOException {
        return ControlFile.number(group, "cgroup.freeze", 0) == 1;
    }

    @Override
    public void signalAll(int signo) throws IOException {
        if (signo == SIGKILL && group.has("cgroup.kill")) {
            group.write("cgroup.kill", "1");
        } else {
            CgroupTree.signal(pids(), signo);
        }
    }

    @Override
    public CgroupUsage usage() throws IOException {
        return UnifiedUsage.read(group);
    }

    @Override
    public long oomKills() throws IOException {
        return ControlFile.keyed(group, "memory.events").getOrDefault("oom_kill", 0L);
    }

    @Override
    public void remove() throws IOException {
        if (group.exists()) {
            signalAll(SIGKILL);
            CgroupTree.remove(group);
        }
    }
}
