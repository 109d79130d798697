package jong.runtime.cgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.LinuxResources.DeviceNumber;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * Translates {@code linux.resources} into control files of cgroup v2, in writing order
 * (Documentation/admin-guide/cgroup-v2.rst).
 *
 * <p>Device rules need a BPF program there and are not among these files.
 */
final class UnifiedLimits {

    private static final long DEFAULT_PERIOD_MICROS = 100_000;

    private final List<Setting> settings = new ArrayList<>();

    private UnifiedLimits() {}

    static List<Setting> of(LinuxResources resources) {
        var limits = new UnifiedLimits();
        limits.memory(resources.memory());
        limits.cpu(resources.cpu());
        Long pids = resources.pidsLimit();
        if (pids != null) {
            limits.add("pids", "max", pids < 0 ? "max" : Long.toString(Math.max(pids, 1)));
        }
        limits.blockIo(resources.blockIo());
        resources
                .hugepageLimits()
                .forEach((size, limit) -> limits.add("hugetlb", size + ".max", limit));
        for (Map.Entry<String, String> file : resources.unified().entrySet()) {
            limits.settings.add(unified(file.getKey(), file.getValue()));
        }
        return limits.settings;
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

    private static Setting unified(String file, String value) {
        int dot = file.indexOf('.');
        if (file.contains("/") || dot <= 0) {
            throw new InvalidArgument("unified resource \"" + file + "\" must be a file name");
        }
        return new Setting(file.substring(0, dot), file, value);
    }

    private void memory(LinuxResources.Memory memory) {
        Long limit = memory.limit();
        Long swap = memory.swap();
        if (limit != null && limit == -1 && swap == null) {
            swap = -1L;
        }
        if (swap != null && swap != 0) {
            add("memory", "swap.max", swap == -1 ? "max" : Long.toString(swapOnly(swap, limit)));
        }
        add("memory", "max", limit == null || limit == 0 ? null : limitOrMax(limit));
        add(
                "memory",
                "low",
                memory.reservation() == null ? null : limitOrMax(memory.reservation()));
    }

    /** The specification's number includes memory, the file's does not. */
    private static long swapOnly(long swap, @Nullable Long limit) {
        if (limit == null || limit <= 0) {
            throw new InvalidArgument("unable to set swap limit without memory limit");
        }
        if (swap < limit) {
            throw new InvalidArgument(
                    "memory+swap limit " + swap + " should be >= memory limit " + limit);
        }
        return swap - limit;
    }

    private static String limitOrMax(long value) {
        return value == -1 ? "max" : Long.toString(value);
    }

    private void cpu(LinuxResources.Cpu cpu) {
        add("cpu", "idle", cpu.idle());
        Long shares = cpu.shares();
        if (shares != null && shares != 0) {
            add("cpu", "weight", weight(shares));
        }
        Long quota = cpu.quota();
        Long period = cpu.period();
        if ((quota != null && quota != 0) || (period != null && period != 0)) {
            String max = quota == null || quota <= 0 ? "max" : quota.toString();
            long length = Optional.ofNullable(period).filter(p -> p != 0).orElse(0L);
            add("cpu", "max", max + " " + (length == 0 ? DEFAULT_PERIOD_MICROS : length));
        }
        add("cpu", "max.burst", cpu.burst());
        add("cpuset", "cpus", cpu.cpus().isEmpty() ? null : cpu.cpus());
        add("cpuset", "mems", cpu.mems().isEmpty() ? null : cpu.mems());
    }

    private void blockIo(LinuxResources.BlockIo io) {
        Long weight = io.weight();
        if (weight != null && weight != 0) {
            // 10…1000 of v1 onto 1…10000.
            add("io", "weight", 1 + (weight - 10) * 9999 / 990);
        }
        each(io.throttle("throttleReadBpsDevice"), "rbps");
        each(io.throttle("throttleWriteBpsDevice"), "wbps");
        each(io.throttle("throttleReadIOPSDevice"), "riops");
        each(io.throttle("throttleWriteIOPSDevice"), "wiops");
    }

    private void each(List<DeviceNumber> devices, String key) {
        for (DeviceNumber d : devices) {
            add("io", "max", d.major() + ":" + d.minor() + " " + key + "=" + d.value());
        }
    }

    private void add(String controller, String file, @Nullable Object value) {
        if (value != null) {
            settings.add(new Setting(controller, controller + "." + file, value.toString()));
        }
    }
}
