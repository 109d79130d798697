package jong.runtime.cgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jong.oci.runtime.LinuxResources;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * Limits as properties of a unit (systemd.resource-control(5)). The files of the cgroup are written
 * as well; the properties keep systemd from writing others there when it reloads.
 */
final class SystemdProperties {

    private static final double PERCENT = 100;
    private static final long DEFAULT_PERIOD_MICROS = 100_000;

    private final List<String> assignments = new ArrayList<>();

    private SystemdProperties() {}

    /** {@code NAME=VALUE} for each limit that is given and that systemd knows. */
    static List<String> of(LinuxResources resources, boolean unified) {
        var properties = new SystemdProperties();
        LinuxResources.Memory memory = resources.memory();
        Long limit = SettingList.unlessZero(memory.limit());
        properties.add(unified ? "MemoryMax" : "MemoryLimit", limitOrInfinity(limit));
        if (unified) {
            properties.add(
                    "MemoryLow", limitOrInfinity(SettingList.unlessZero(memory.reservation())));
            properties.swap(SettingList.unlessZero(memory.swap()), limit);
        }
        properties.cpu(resources.cpu(), unified);
        Long pids = resources.pidsLimit();
        properties.add("TasksMax", pids == null ? null : limitOrInfinity(pids == 0 ? 1 : pids));
        Long weight = SettingList.unlessZero(resources.blockIo().weight());
        properties.add(unified ? "IOWeight" : "BlockIOWeight", weight);
        if (unified) {
            resources.unified().forEach(properties::file);
        }
        return properties.assignments;
    }

    /** Whether the processes are to run only when nobody else wants to. */
    static boolean idle(LinuxResources resources) {
        String file = resources.unified().get("cpu.idle");
        return file == null ? Long.valueOf(1).equals(resources.cpu().idle()) : file.equals("1");
    }

    /** A file of version 2 given by its name; most that systemd does not know, it leaves alone. */
    private void file(String name, String value) {
        switch (name) {
            case "cpu.max" -> bandwidth(value.split(" ", 2));
            case "cpu.weight" -> add("CPUWeight", value);
            case "cpuset.cpus" -> add("AllowedCPUs", value);
            case "cpuset.mems" -> add("AllowedMemoryNodes", value);
            case "memory.min" -> add("MemoryMin", maxAsInfinity(value));
            case "memory.low" -> add("MemoryLow", maxAsInfinity(value));
            case "memory.high" -> add("MemoryHigh", maxAsInfinity(value));
            case "memory.max" -> add("MemoryMax", maxAsInfinity(value));
            case "memory.swap.max" -> add("MemorySwapMax", maxAsInfinity(value));
            case "pids.max" -> add("TasksMax", maxAsInfinity(value));
            default -> {
                // Written to the file only.
            }
        }
    }

    private static String maxAsInfinity(String value) {
        return value.equals("max") ? "infinity" : value;
    }

    /** {@code cpu.max}: a quota, or "max", and perhaps a period. */
    private void bandwidth(String[] words) {
        try {
            Long period = words.length > 1 ? Long.valueOf(words[1]) : null;
            if (period != null) {
                add("CPUQuotaPeriodSec", period + "us");
            }
            add("CPUQuota", words[0].equals("max") ? "" : share(Long.parseLong(words[0]), period));
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    "unified resource \"cpu.max\" value conversion error: "
                            + String.join(" ", words),
                    e);
        }
    }

    private void swap(@Nullable Long swap, @Nullable Long limit) {
        if (swap == null) {
            return;
        }
        if (swap == -1) {
            add("MemorySwapMax", "infinity");
        } else if (limit != null) {
            add("MemorySwapMax", limit == -1 ? swap : swap - limit);
        }
    }

    private void cpu(LinuxResources.Cpu cpu, boolean unified) {
        Long shares = SettingList.unlessZero(cpu.shares());
        if (shares != null) {
            add(
                    unified ? "CPUWeight" : "CPUShares",
                    unified ? UnifiedLimits.weight(shares) : shares);
        }
        Long quota = SettingList.unlessZero(cpu.quota());
        Long period = SettingList.unlessZero(cpu.period());
        if (period != null) {
            add("CPUQuotaPeriodSec", period + "us");
        }
        if (quota != null) {
            add("CPUQuota", quota < 0 ? "" : share(quota, period));
        }
        if (unified) {
            add("AllowedCPUs", cpu.cpus().isEmpty() ? null : cpu.cpus());
            add("AllowedMemoryNodes", cpu.mems().isEmpty() ? null : cpu.mems());
        }
    }

    /** Of one processor, in percent. */
    private static String share(long quota, @Nullable Long period) {
        double whole = period == null ? DEFAULT_PERIOD_MICROS : period;
        return String.format(
                Locale.ROOT, "%.2f%%", Math.ceil(quota / whole * PERCENT * PERCENT) / PERCENT);
    }

    private static @Nullable String limitOrInfinity(@Nullable Long limit) {
        if (limit == null) {
            return null;
        }
        return limit < 0 ? "infinity" : limit.toString();
    }

    private void add(String name, @Nullable Object value) {
        if (value != null) {
            assignments.add(name + "=" + value);
        }
    }
}
