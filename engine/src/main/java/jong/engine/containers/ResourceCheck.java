package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** Limits that make no sense or that this host cannot give, in docker's words. */
final class ResourceCheck {

    private static final long LEAST_MEMORY = 6L << 20;
    private static final long NANOS_PER_CPU = 1_000_000_000L;

    private ResourceCheck() {}

    /**
     * Checks the limits of a new container or of an update.
     *
     * @throws InvalidArgument with docker's text
     */
    static void check(HostConfig host) {
        memory(host.json());
        cpu(host.json());
        cpuset("cpus", host.json().string("CpusetCpus"), "CPUs", "/sys/devices/system/cpu/online");
        cpuset(
                "mems",
                host.json().string("CpusetMems"),
                "memory nodes",
                "/sys/devices/system/node/online");
        long weight = host.json().number("BlkioWeight");
        require(
                weight == 0 || (weight >= 10 && weight <= 1000),
                "Range of blkio weight is from 10 to 1000");
    }

    private static void memory(JsonObject limits) {
        long memory = limits.number("Memory");
        long swap = limits.number("MemorySwap");
        long reservation = limits.number("MemoryReservation");
        require(memory == 0 || memory >= LEAST_MEMORY, "Minimum memory limit allowed is 6MB");
        require(
                !(memory > 0 && swap > 0 && swap < memory),
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        require(
                !(memory == 0 && swap > 0),
                "You should always set the Memory limit when using Memoryswap limit, see usage");
        long swappiness = limits.number("MemorySwappiness", -1);
        require(
                swappiness >= -1 && swappiness <= 100,
                "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
        require(
                reservation == 0 || reservation >= LEAST_MEMORY,
                "Minimum memory reservation allowed is 6MB");
        require(
                !(memory > 0 && reservation > memory),
                "Minimum memory limit can not be less than memory reservation limit, see usage");
    }

    private static void cpu(JsonObject limits) {
        long nanos = limits.number("NanoCpus");
        long period = limits.number("CpuPeriod");
        long quota = limits.number("CpuQuota");
        require(
                !(nanos > 0 && period > 0),
                "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        require(
                !(nanos > 0 && quota > 0),
                "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        int processors = Runtime.getRuntime().availableProcessors();
        if (nanos < 0 || nanos > processors * NANOS_PER_CPU) {
            throw new InvalidArgument(
                    String.format(
                            Locale.ROOT,
                            "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs"
                                    + " available",
                            processors,
                            processors));
        }
        require(
                period == 0 || (period >= 1000 && period <= 1_000_000),
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e."
                        + " 1000000)");
        require(quota <= 0 || quota >= 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }

    private static void cpuset(String kind, String wanted, String noun, String onlineFile) {
        if (wanted.isEmpty()) {
            return;
        }
        BitSet set;
        try {
            set = parse(wanted);
        } catch (IllegalArgumentException _) {
            throw new InvalidArgument(
                    "Invalid value "
                            + wanted
                            + " for cpuset "
                            + kind
                            + ": invalid format: "
                            + wanted);
        }
        String online = online(onlineFile);
        set.andNot(parse(online));
        require(
                set.isEmpty(),
                "Requested "
                        + noun
                        + " are not available - requested "
                        + wanted
                        + ", available: "
                        + online);
    }

    private static String online(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException _) {
            // Kernels without NUMA have one node.
            return "0";
        }
    }

    private static BitSet parse(String list) {
        var set = new BitSet();
        for (String part : list.split(",")) {
            String[] ends = part.split("-", 2);
            int from = Integer.parseInt(ends[0]);
            int to = ends.length == 1 ? from : Integer.parseInt(ends[1]);
            if (from > to || to > 8192) {
                throw new IllegalArgumentException(part);
            }
            set.set(from, to + 1);
        }
        return set;
    }

    private static void require(boolean condition, String text) {
        if (!condition) {
            throw new InvalidArgument(text);
        }
    }
}
