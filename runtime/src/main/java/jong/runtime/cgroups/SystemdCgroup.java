package jong.runtime.cgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.runtime.LinuxResources;
import jong.runtime.devices.DeviceAccess;
import jong.runtime.plan.CgroupPlacement;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A container's groups in a scope that systemd has made and knows the limits of. All but making,
 * changing and removing is done with the files, as without systemd: the scope is delegated.
 */
final class SystemdCgroup implements ContainerCgroup {

    private static final int KNOWS_IDLE = 252;

    private final SystemdUnit unit;
    private final ServiceManager manager;
    private final ContainerCgroup files;
    private final boolean unified;
    private @Nullable Process holder;
    private boolean refused;

    /**
     * @param unit the scope
     * @param manager who makes it
     * @param files the groups that it makes
     * @param unified whether those are of version 2
     */
    SystemdCgroup(
            SystemdUnit unit, ServiceManager manager, ContainerCgroup files, boolean unified) {
        this.unit = unit;
        this.manager = manager;
        this.files = files;
        this.unified = unified;
    }

    @Override
    public String path() {
        return unit.path();
    }

    @Override
    public Map<String, String> directories() {
        return files.directories();
    }

    @Override
    public synchronized void refuseUsed() throws IOException {
        refused = true;
        files.refuseUsed();
        refused = false;
    }

    @Override
    public synchronized void fill(LinuxResources resources) throws IOException {
        List<String> properties = new ArrayList<>();
        properties.add("Delegate=yes");
        properties.add("DefaultDependencies=no");
        properties.addAll(devices(resources));
        properties.addAll(limits(resources));
        holder = manager.startScope(unit, properties);
        files.fill(resources);
    }

    private List<String> limits(LinuxResources resources) throws IOException {
        List<String> limits = new ArrayList<>(SystemdProperties.of(resources, unified));
        // Before, it cannot be told, and the group is idle until systemd writes the files again.
        if (unified && SystemdProperties.idle(resources) && manager.version() >= KNOWS_IDLE) {
            limits.add("CPUWeight=idle");
        }
        return limits;
    }

    /** Else version 1's device list would be opened to all by the next reload of systemd. */
    private static List<String> devices(LinuxResources resources) {
        var access = DeviceAccess.ofContainer(resources.devices());
        List<String> properties = new ArrayList<>();
        if (!access.everything()) {
            properties.add("DevicePolicy=strict");
            for (Map.Entry<String, String> device : access.unitDevices().entrySet()) {
                properties.add("DeviceAllow=" + device.getKey() + " " + device.getValue());
            }
        }
        return properties;
    }

    @Override
    public synchronized void joined() throws IOException {
        Process held = holder;
        if (held != null) {
            held.getOutputStream().close();
            holder = null;
        }
    }

    @Override
    public void delegate(long uid) throws IOException {
        files.delegate(uid);
    }

    @Override
    public CgroupPlacement placement() {
        return files.placement();
    }

    @Override
    public CgroupPlacement placement(int initPid, List<String> below) throws IOException {
        return files.placement(initPid, below);
    }

    @Override
    public void update(LinuxResources resources) throws IOException {
        manager.setProperties(unit, limits(resources));
        files.update(resources);
    }

    @Override
    public List<Integer> pids() throws IOException {
        return files.pids();
    }

    @Override
    public void freeze() throws IOException {
        files.freeze();
    }

    @Override
    public void thaw() throws IOException {
        files.thaw();
    }

    @Override
    public boolean frozen() throws IOException {
        return files.frozen();
    }

    @Override
    public void signalAll(int signo) throws IOException {
        files.signalAll(signo);
    }

    @Override
    public CgroupUsage usage() throws IOException {
        return files.usage();
    }

    @Override
    public JsonObject stats() throws IOException {
        return files.stats();
    }

    @Override
    public long oomKills() throws IOException {
        return files.oomKills();
    }

    @Override
    public Optional<OomNotices> oomNotices() throws IOException {
        return files.oomNotices();
    }

    @Override
    public synchronized void remove() throws IOException {
        if (refused) {
            return;
        }
        joined();
        files.remove();
        manager.stop(unit);
    }
}
