package jong.runtime.cgroups;

import java.util.List;
import java.util.Map;
import jong.oci.runtime.LinuxResources;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * Translates {@code linux.resources} into control files of cgroup v2, in writing order
 * (Documentation/admin-guide/cgroup-v2.rst).
 *
 * <p>Device rules need a BPF program there and are not among these files. What version 2 has no
 * like of (swappiness, the OOM switch, realtime bandwidth, packet classes) is ignored, as by runc.
 */
final class UnifiedLimits {

    private static final String DEFAULT_PERIOD = "100000";

    private final SettingList settings = new SettingList();
    private final Present present;

    /**
     * What the group has now.
     *
     * @param cpuMax its {@code cpu.max}, or empty
     * @param bfq whether it has {@code io.bfq.weight}, whose numbers are those of version 1
     */
    record Present(String cpuMax, boolean bfq) {
        static final Present NOTHING = new Present("", false);
    }

    private UnifiedLimits(Present present) {
        this.present = present;
    }

    static List<Setting> of(LinuxResources resources, Present present) {
        var limits = new UnifiedLimits(present);
        limits.settings.pids(resources.pidsLimit());
        limits.memory(resources.memory());
        limits.blockIo(resources.blockIo());
        limits.cpu(resources.cpu());
        limits.settings.hugepages(resources, "max");
        limits.settings.rdma(resources.rdma());
        for (Map.Entry<String, String> file : resources.unified().entrySet()) {
            limits.unified(file.getKey(), file.getValue());
        }
        return limits.settings.settings();
    }

    /** {@code cpu.weight} for v1's shares, by the formula that runc has since 1.3. */
    static long weight(long shares) {
        if (shares <= 2) {
            return 1;
        }
        if (shares >= 262_144) {
            return 10_000;
        }
        double log = Math.log((double) shares) / Math.log(2);
        return (long) Math.ceil(Math.pow(10, (log * log + 125 * log) / 612.0 - 7.0 / 34.0));
    }

    /** Some files take several lines, each in a write of its own. */
    private void unified(String file, String value) {
        if (file.contains("/")) {
            throw new InvalidArgument(
                    "unified resource \"" + file + "\" must be a file name (no slashes)");
        }
        int dot = file.indexOf('.');
        if (dot <= 0) {
            throw new InvalidArgument(
                    "unified resource \"" + file + "\" must be in the form CONTROLLER.PARAMETER");
        }
        for (String line : value.split("\n", -1)) {
            settings.addFile(file.substring(0, dot), file, line, false);
        }
    }

    private void memory(LinuxResources.Memory memory) {
        Long limit = SettingList.unlessZero(memory.limit());
        Long swap = SettingList.unlessZero(memory.swap());
        if (limit != null && limit == -1 && swap == null) {
            swap = -1L;
        }
        if (swap != null) {
            long value = swapOnly(swap, limit);
            // A machine without swap has no such file, and keeps "all" and "none" anyway.
            if (value <= 0) {
                settings.addOptional("memory", "swap.max", limitOrMax(value));
            } else {
                settings.add("memory", "swap.max", value);
            }
        }
        settings.add("memory", "max", limitOrMax(limit));
        settings.add("memory", "low", limitOrMax(SettingList.unlessZero(memory.reservation())));
    }

    /** The specification's number includes memory, the file's does not. */
    private static long swapOnly(long swap, @Nullable Long limit) {
        if (swap == -1 || (limit != null && limit == -1)) {
            return swap;
        }
        if (limit == null) {
            throw new InvalidArgument("unable to set swap limit without memory limit");
        }
        if (limit < 0) {
            throw new InvalidArgument("invalid memory value: " + limit);
        }
        if (swap < limit) {
            throw new InvalidArgument("memory+swap limit should be >= memory limit");
        }
        return swap - limit;
    }

    private static @Nullable String limitOrMax(@Nullable Long value) {
        if (value == null) {
            return null;
        }
        return value == -1 ? "max" : Long.toString(value);
    }

    private void cpu(LinuxResources.Cpu cpu) {
        settings.add("cpu", "idle", cpu.idle());
        Long shares = SettingList.unlessZero(cpu.shares());
        settings.add("cpu", "weight", shares == null ? null : weight(shares));
        settings.add("cpu", "max.burst", cpu.burst());
        Long quota = SettingList.unlessZero(cpu.quota());
        Long period = SettingList.unlessZero(cpu.period());
        if (quota != null || period != null) {
            settings.add("cpu", "max", bandwidth(quota, period));
        }
        settings.add("cpuset", "cpus", cpu.cpus().isEmpty() ? null : cpu.cpus());
        settings.add("cpuset", "mems", cpu.mems().isEmpty() ? null : cpu.mems());
    }

    /** Of {@code QUOTA PERIOD}, what is not given stays as it is. */
    private String bandwidth(@Nullable Long quota, @Nullable Long period) {
        String[] now = present.cpuMax.split(" ", -1);
        boolean known = now.length == 2;
        String first = known ? now[0] : "max";
        if (quota != null) {
            first = quota < 0 ? "max" : quota.toString();
        }
        String second = known ? now[1] : DEFAULT_PERIOD;
        return first + " " + (period == null ? second : period.toString());
    }

    private void blockIo(LinuxResources.BlockIo io) {
        Long weight = SettingList.unlessZero(io.weight());
        if (weight != null && present.bfq) {
            settings.add("io", "bfq.weight", weight);
        } else if (weight != null) {
            // 10…1000 of v1 onto 1…10000.
            settings.add("io", "weight", 1 + (weight - 10) * 9999 / 990);
        }
        if (present.bfq) {
            settings.devices("io", "bfq.weight", "", io.weightDevice());
        }
        settings.devices("io", "max", "rbps=", io.throttle("throttleReadBpsDevice"));
        settings.devices("io", "max", "wbps=", io.throttle("throttleWriteBpsDevice"));
        settings.devices("io", "max", "riops=", io.throttle("throttleReadIOPSDevice"));
        settings.devices("io", "max", "wiops=", io.throttle("throttleWriteIOPSDevice"));
    }
}
