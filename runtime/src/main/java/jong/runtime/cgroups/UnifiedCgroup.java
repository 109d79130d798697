package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.CgroupMembership;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** A container's group on cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). */
final class UnifiedCgroup implements ContainerCgroup {

    private static final System.Logger LOG = System.getLogger(UnifiedCgroup.class.getName());
    private static final int SIGKILL = 9;
    private static final String EVENTS = "cgroup.events";
    private static final Path DELEGATE = Path.of("/sys/kernel/cgroup/delegate");
    private static final List<String> DELEGATED_BEFORE_4_15 =
            List.of("cgroup.procs", "cgroup.subtree_control", "cgroup.threads");
    private static final List<String> DOMAIN_MEMBERS = List.of("memory", "blockIO", "cpu");

    private final String path;
    private final CgroupHierarchy hierarchy;
    private final Cgroup group;

    /** Whether others were found in the group, who must not be killed with it. */
    private volatile boolean foreign;

    /**
     * @param path absolute in the hierarchy
     * @param hierarchy that of version 2
     */
    UnifiedCgroup(String path, CgroupHierarchy hierarchy) {
        this.path = path;
        this.hierarchy = hierarchy;
        this.group = hierarchy.group(path);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void fill(LinuxResources resources) throws IOException {
        make();
        settleType(resources);
        update(resources);
    }

    /** Makes the group, with all controllers that those above have. */
    void make() throws ErrnoException {
        group.create();
        Path parent = group.directory().getParent();
        if (parent != null) {
            handDown(parent);
        }
    }

    @Override
    public Map<String, String> directories() {
        return Map.of("", group.directory().toString());
    }

    @Override
    public void refuseUsed() throws IOException {
        if (!group.exists()) {
            return;
        }
        int processes = CgroupTree.pids(group).size();
        if (processes > 0) {
            foreign = true;
            throw new Conflict(
                    "container's cgroup is not empty: " + processes + " process(es) found");
        }
        if (frozen()) {
            foreign = true;
            throw new Conflict("container's cgroup unexpectedly frozen");
        }
    }

    /** Turns on, from the top down, all controllers that the groups above have. */
    private void handDown(Path directory) throws ErrnoException {
        Path parent = directory.getParent();
        if (!directory.equals(hierarchy.mountPoint()) && parent != null) {
            handDown(parent);
        }
        var above = new Cgroup(directory);
        Set<String> wanted = words(above.read("cgroup.controllers"));
        wanted.removeAll(words(above.read("cgroup.subtree_control")));
        for (String controller : wanted) {
            try {
                above.write("cgroup.subtree_control", "+" + controller);
            } catch (ErrnoException e) {
                // What the group then lacks is told when a limit of that kind is to be set.
                LOG.log(System.Logger.Level.DEBUG, "controller not handed down", e);
            }
        }
    }

    /**
     * A group below one that has processes of its own is of no use until it is made threaded, and
     * then has only some controllers.
     */
    private void settleType(LinuxResources resources) throws IOException {
        String type = ControlFile.text(group, "cgroup.type");
        if (!type.equals("domain") && !type.isEmpty() && needsDomain(resources)) {
            throw new Conflict(
                    "cannot enter cgroupv2 \""
                            + group.directory()
                            + "\" with domain controllers -- it is in "
                            + (type.equals("domain invalid")
                                    ? "an invalid state"
                                    : type + " mode"));
        }
        if (type.equals("domain invalid")) {
            group.write("cgroup.type", "threaded");
        }
    }

    private static boolean needsDomain(LinuxResources resources) {
        return !resources.hugepageLimits().isEmpty()
                || DOMAIN_MEMBERS.stream().anyMatch(n -> !resources.json().object(n).isEmpty());
    }

    private static Set<String> words(String line) {
        return java.util.Arrays.stream(line.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void delegate(long uid) throws IOException {
        own(group.directory(), uid);
        for (String file : delegatable()) {
            Path path = group.directory().resolve(file);
            if (Files.exists(path)) {
                own(path, uid);
            }
        }
    }

    private static void own(Path path, long uid) throws IOException {
        Files.setAttribute(path, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
    }

    private static List<String> delegatable() throws IOException {
        return Files.exists(DELEGATE) ? Files.readAllLines(DELEGATE) : DELEGATED_BEFORE_4_15;
    }

    @Override
    public CgroupPlacement placement() {
        return placement(group);
    }

    @Override
    public CgroupPlacement placement(int initPid, List<String> below) throws IOException {
        var sub = SubCgroups.parse(below);
        sub.check(Set.of());
        if (sub.isEmpty() && !ControlFile.text(group, "cgroup.subtree_control").isEmpty()) {
            Optional<String> inits = CgroupMembership.of(initPid).unifiedPath();
            if (inits.isPresent()) {
                return placement(hierarchy.group(inits.get()));
            }
        }
        return placement(sub.below(group, Set.of()));
    }

    private CgroupPlacement placement(Cgroup joined) {
        return new CgroupPlacement(
                List.of(joined.directory().resolve("cgroup.procs").toString()),
                List.of(new CgroupView("", "", group.directory())),
                true);
    }

    @Override
    public void update(LinuxResources resources) throws IOException {
        var present =
                new UnifiedLimits.Present(
                        ControlFile.text(group, "cpu.max"), group.has("io.bfq.weight"));
        List<Setting> settings = UnifiedLimits.of(resources, present);
        if (resources.memory().checkBeforeUpdate()) {
            checkUsage(resources.memory());
        }
        checkControllers(resources);
        new SettingWriter(controller -> Optional.of(group)).write(settings);
    }

    /** Below what is in use, the kernel takes a limit and kills; that can be refused before. */
    private void checkUsage(LinuxResources.Memory memory) throws IOException {
        long usage = ControlFile.number(group, "memory.current", 0);
        refuseBelow("memory+swap", memory.swap(), usage);
        refuseBelow("memory", memory.limit(), usage);
    }

    private static void refuseBelow(String what, @Nullable Long limit, long usage) {
        if (limit != null && limit > 0 && limit <= usage) {
            throw new Conflict("rejecting " + what + " limit " + limit + " <= usage " + usage);
        }
    }

    private void checkControllers(LinuxResources resources) throws IOException {
        Set<String> available = words(ControlFile.text(group, "cgroup.controllers"));
        for (String file : resources.unified().keySet()) {
            int dot = file.indexOf('.');
            String controller = dot < 0 ? file : file.substring(0, dot);
            if (!controller.equals("cgroup") && !available.contains(controller)) {
                throw new InvalidArgument(
                        "unified resource \""
                                + file
                                + "\" can't be set: controller \""
                                + controller
                                + "\" not available");
            }
        }
    }

    @Override
    public List<Integer> pids() throws IOException {
        return CgroupTree.pids(group);
    }

    @Override
    public void freeze() throws IOException {
        group.write("cgroup.freeze", "1");
        try {
            Polling.until(
                    "freezing " + group.directory(),
                    () -> ControlFile.keyed(group, EVENTS).getOrDefault("frozen", 0L) == 1);
        } catch (IOException e) {
            // Half frozen, the container could be neither used nor ended.
            thaw();
            throw e;
        }
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
        if (signo != SIGKILL) {
            CgroupTree.signal(pids(), signo);
        } else if (group.has("cgroup.kill")) {
            killByFile();
        } else {
            killWithoutKillFile();
        }
    }

    /** A group that has gone meanwhile had no process left: systemd removes empty scopes. */
    private void killByFile() throws IOException {
        try {
            group.write("cgroup.kill", "1");
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /** Before Linux 5.14: nobody forks between the list and the signals of a frozen group. */
    private void killWithoutKillFile() throws IOException {
        if (!group.exists()) {
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

    /** Where a process cannot be stopped, most can still be killed. */
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
        return UnifiedUsage.read(group);
    }

    @Override
    public JsonObject stats() throws IOException {
        return new UnifiedStats(group).read();
    }

    @Override
    public long oomKills() throws IOException {
        return OomNotices.kills(group);
    }

    @Override
    public Optional<OomNotices> oomNotices() throws IOException {
        return group.has("memory.events")
                ? Optional.of(OomNotices.unified(group))
                : Optional.empty();
    }

    @Override
    public void remove() throws IOException {
        if (foreign) {
            return;
        }
        if (group.exists()) {
            signalAll(SIGKILL);
            CgroupTree.remove(group);
        }
    }
}
