package jong.runtime.cgroups;

import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.LinuxResources.DeviceNumber;
import jong.oci.runtime.LinuxResources.DeviceRule;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Translates {@code linux.resources} into control files of cgroup v1, in writing order. */
final class LegacyLimits {

    /** What every container may do with devices whatever its rules say, as runc has it. */
    private static final List<String> DEFAULT_DEVICES =
            List.of(
                    "c *:* m",
                    "b *:* m",
                    "c 1:3 rwm",
                    "c 1:8 rwm",
                    "c 1:7 rwm",
                    "c 5:0 rwm",
                    "c 1:5 rwm",
                    "c 1:9 rwm",
                    "c 136:* rwm",
                    "c 5:2 rwm");

    private final List<Setting> settings = new ArrayList<>();

    private LegacyLimits() {}

    /**
     * The writes that set {@code resources}.
     *
     * @param memoryLimit the limit that holds now: memory and memory with swap must be changed in
     *     an order in which the first never exceeds the second
     */
    static List<Setting> of(LinuxResources resources, long memoryLimit) {
        if (!resources.unified().isEmpty()) {
            throw new InvalidArgument("invalid configuration: cannot use unified on cgroup v1");
        }
        var limits = new LegacyLimits();
        limits.devices(resources.devices());
        limits.memory(resources.memory(), memoryLimit);
        limits.cpu(resources.cpu());
        limits.pids(resources.pidsLimit());
        limits.blockIo(resources.blockIo());
        resources
                .hugepageLimits()
                .forEach((size, limit) -> limits.add("hugetlb", size + ".limit_in_bytes", limit));
        return limits.settings;
    }

    private void devices(List<DeviceRule> rules) {
        for (DeviceRule rule : rules) {
            add("devices", rule.allow() ? "allow" : "deny", line(rule));
        }
        if (!rules.isEmpty()) {
            DEFAULT_DEVICES.forEach(line -> add("devices", "allow", line));
        }
    }

    private static String line(DeviceRule rule) {
        if (rule.type() == 'a') {
            return "a";
        }
        return rule.type()
                + " "
                + number(rule.major())
                + ":"
                + number(rule.minor())
                + " "
                + rule.access();
    }

    private static String number(@Nullable Long number) {
        return number == null ? "*" : number.toString();
    }

    private void memory(LinuxResources.Memory memory, long present) {
        Long limit = memory.limit();
        Long swap = memory.swap();
        if (limit != null && limit == -1 && swap == null) {
            swap = -1L;
        }
        boolean swapFirst = swap != null && (swap == -1 || Long.compareUnsigned(present, swap) < 0);
        if (swapFirst) {
            add("memory", "memsw.limit_in_bytes", swap);
        }
        add("memory", "limit_in_bytes", limit);
        if (!swapFirst) {
            add("memory", "memsw.limit_in_bytes", swap);
        }
        add("memory", "soft_limit_in_bytes", memory.reservation());
        add("memory", "swappiness", memory.swappiness());
        if (memory.disableOomKiller()) {
            add("memory", "oom_control", 1);
        }
    }

    private void cpu(LinuxResources.Cpu cpu) {
        add("cpu", "shares", positive(cpu.shares()));
        add("cpu", "cfs_period_us", positive(cpu.period()));
        add("cpu", "cfs_quota_us", cpu.quota() == null || cpu.quota() == 0 ? null : cpu.quota());
        add("cpu", "cfs_burst_us", cpu.burst());
        add("cpu", "rt_period_us", positive(cpu.realtimePeriod()));
        add("cpu", "rt_runtime_us", positive(cpu.realtimeRuntime()));
        add("cpu", "idle", cpu.idle());
        add("cpuset", "cpus", cpu.cpus().isEmpty() ? null : cpu.cpus());
        add("cpuset", "mems", cpu.mems().isEmpty() ? null : cpu.mems());
    }

    /** Docker writes 0 where it means nothing. */
    private static @Nullable Long positive(@Nullable Long value) {
        return value == null || value == 0 ? null : value;
    }

    private void pids(@Nullable Long limit) {
        if (limit != null) {
            add("pids", "max", limit < 0 ? "max" : Long.toString(Math.max(limit, 1)));
        }
    }

    private void blockIo(LinuxResources.BlockIo io) {
        add("blkio", "weight", positive(io.weight()));
        add("blkio", "leaf_weight", positive(io.leafWeight()));
        each(io.weightDevice(), "weight_device");
        each(io.throttle("throttleReadBpsDevice"), "throttle.read_bps_device");
        each(io.throttle("throttleWriteBpsDevice"), "throttle.write_bps_device");
        each(io.throttle("throttleReadIOPSDevice"), "throttle.read_iops_device");
        each(io.throttle("throttleWriteIOPSDevice"), "throttle.write_iops_device");
    }

    private void each(List<DeviceNumber> devices, String file) {
        for (DeviceNumber device : devices) {
            add("blkio", file, device.major() + ":" + device.minor() + " " + device.value());
        }
    }

    private void add(String controller, String file, @Nullable Object value) {
        if (value != null) {
            settings.add(new Setting(controller, controller + "." + file, value.toString()));
        }
    }
}
