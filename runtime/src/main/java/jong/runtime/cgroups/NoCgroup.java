package jong.runtime.cgroups;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.linux.cgroups.Cgroup;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The cgroup of a container whose user may make none, and which asked for none: it has no own. */
final class NoCgroup implements ContainerCgroup {

    private static final String NOT_CONFIGURED = "cgroups not configured for container";

    private final CgroupPlacement placement;

    /**
     * @param own the group of version 2 in which the container's processes stay
     */
    NoCgroup(Cgroup own) {
        var view = new CgroupView("", "", own.directory());
        this.placement = new CgroupPlacement(List.of(), List.of(view), true);
    }

    @Override
    public String path() {
        return "";
    }

    @Override
    public Map<String, String> directories() {
        return Map.of();
    }

    @Override
    public void refuseUsed() {
        // It has none that could be others'.
    }

    @Override
    public void fill(LinuxResources resources) {
        // It was found before that there are no limits to set.
    }

    @Override
    public void delegate(long uid) {
        // There is nothing to give.
    }

    @Override
    public CgroupPlacement placement() {
        return placement;
    }

    @Override
    public CgroupPlacement placement(int initPid, List<String> below) {
        if (!below.isEmpty()) {
            throw new InvalidArgument(NOT_CONFIGURED);
        }
        return placement;
    }

    @Override
    public void update(LinuxResources resources) {
        throw new Conflict(NOT_CONFIGURED);
    }

    @Override
    public List<Integer> pids() {
        return List.of();
    }

    @Override
    public void freeze() {
        throw new Conflict("cannot toggle freezer: " + NOT_CONFIGURED);
    }

    @Override
    public void thaw() {
        throw new Conflict("cannot toggle freezer: " + NOT_CONFIGURED);
    }

    @Override
    public boolean frozen() {
        return false;
    }

    @Override
    public void signalAll(int signo) {
        // Only the first process is known, and not by this.
    }

    @Override
    public CgroupUsage usage() {
        throw new Conflict(NOT_CONFIGURED);
    }

    @Override
    public JsonObject stats() {
        throw new Conflict(NOT_CONFIGURED);
    }

    @Override
    public long oomKills() {
        return 0;
    }

    @Override
    public Optional<OomNotices> oomNotices() {
        return Optional.empty();
    }

    @Override
    public void remove() {
        // There is nothing to remove.
    }
}
