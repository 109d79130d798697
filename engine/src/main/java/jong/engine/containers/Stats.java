package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.manager.tasks.Task;
import jong.manager.tasks.TaskMetrics;
import jong.runtime.cgroups.CgroupUsage;
import jong.runtime.cgroups.CgroupUsage.BlockIoEntry;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** One sample of {@code docker stats}, in docker's shape. */
final class Stats {

    private static final List<String> BLOCK_IO =
            List.of(
                    "io_service_bytes_recursive",
                    "io_serviced_recursive",
                    "io_queue_recursive",
                    "io_service_time_recursive",
                    "io_wait_time_recursive",
                    "io_merged_recursive",
                    "io_time_recursive",
                    "sectors_recursive");

    private static final long NANOS_PER_TICK = 10_000_000;

    private Stats() {}

    /**
     * What a container used so far; zeros if it does not run.
     *
     * @param before the sample before this one, from which clients compute rates; null for none
     */
    static JsonObject sample(Container container, @Nullable JsonObject before) {
        Task task = container.task();
        if (task == null || !container.running()) {
            return stopped(container);
        }
        TaskMetrics metrics;
        try {
            metrics = task.metrics();
        } catch (StatusException _) {
            return stopped(container);
        }
        CgroupUsage usage = metrics.usage();
        var pids = new JsonObject().withUnlessEmpty("current", usage.pids().current());
        pids.withUnlessEmpty("limit", usage.pids().limit());
        var json =
                new JsonObject()
                        .with("read", GoTime.format(metrics.read()))
                        .with("preread", before == null ? GoTime.ZERO : before.string("read"))
                        .with("pids_stats", pids)
                        .with("blkio_stats", blockIo(usage.blockIo()))
                        .with("num_procs", 0L)
                        .with("storage_stats", new JsonObject())
                        .with("cpu_stats", cpu(usage.cpu()));
        JsonObject last = before == null ? new JsonObject() : before.object("cpu_stats");
        json.with("precpu_stats", last.has("online_cpus") ? last : noCpu());
        json.with("memory_stats", memory(usage.memory()));
        json.with("name", "/" + container.name()).with("id", container.id());
        return json.withUnlessEmpty("networks", networks(task.pid()));
    }

    private static JsonObject stopped(Container container) {
        var block = new JsonObject();
        BLOCK_IO.forEach(name -> block.with(name, null));
        return new JsonObject()
                .with("read", GoTime.ZERO)
                .with("preread", GoTime.ZERO)
                .with("pids_stats", new JsonObject())
                .with("blkio_stats", block)
                .with("num_procs", 0L)
                .with("storage_stats", new JsonObject())
                .with("cpu_stats", noCpu())
                .with("precpu_stats", noCpu())
                .with("memory_stats", new JsonObject())
                .with("name", "/" + container.name())
                .with("id", container.id());
    }

    private static JsonObject noCpu() {
        return new JsonObject()
                .with(
                        "cpu_usage",
                        new JsonObject()
                                .with("total_usage", 0L)
                                .with("usage_in_kernelmode", 0L)
                                .with("usage_in_usermode", 0L))
                .with("throttling_data", throttling(0, 0, 0));
    }

    private static JsonObject throttling(long periods, long throttled, long time) {
        return new JsonObject()
                .with("periods", periods)
                .with("throttled_periods", throttled)
                .with("throttled_time", time);
    }

    private static JsonObject cpu(CgroupUsage.Cpu cpu) {
        var usage = new JsonObject().with("total_usage", cpu.total());
        usage.withUnlessEmpty("percpu_usage", cpu.perCpu());
        usage.with("usage_in_kernelmode", cpu.kernel()).with("usage_in_usermode", cpu.user());
        return new JsonObject()
                .with("cpu_usage", usage)
                .with("system_cpu_usage", systemNanos())
                .with("online_cpus", Runtime.getRuntime().availableProcessors())
                .with(
                        "throttling_data",
                        throttling(cpu.periods(), cpu.throttledPeriods(), cpu.throttledTime()));
    }

    /** Of all processors since boot: the first seven numbers of /proc/stat's first line. */
    private static long systemNanos() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.findFirst().orElse("").split("\\s+");
            long ticks = 0;
            for (int i = 1; i <= 7 && i < fields.length; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks * NANOS_PER_TICK;
        } catch (IOException _) {
            return 0;
        }
    }

    private static JsonObject memory(CgroupUsage.Memory memory) {
        var json = new JsonObject().with("usage", memory.usage());
        json.withUnlessEmpty("max_usage", memory.unified() ? 0 : memory.maxUsage());
        var words = new JsonObject();
        memory.stat().forEach(words::with);
        json.with("stats", words);
        json.withUnlessEmpty("failcnt", memory.unified() ? 0 : memory.failures());
        return json.with("limit", Math.min(memory.limit(), totalMemory()));
    }

    private static long totalMemory() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            String first = lines.findFirst().orElse("");
            return Long.parseLong(first.replaceAll("[^0-9]", "")) << 10;
        } catch (IOException _) {
            return Long.MAX_VALUE;
        }
    }

    private static JsonObject blockIo(CgroupUsage.BlockIo io) {
        var json = new JsonObject();
        for (String name : BLOCK_IO) {
            List<BlockIoEntry> entries =
                    switch (name) {
                        case "io_service_bytes_recursive" -> io.serviceBytes();
                        case "io_serviced_recursive" -> io.serviced();
                        default -> List.of();
                    };
            json.with(name, entries.stream().map(Stats::blockIoEntry).toList());
        }
        return json;
    }

    private static JsonObject blockIoEntry(BlockIoEntry entry) {
        return new JsonObject()
                .with("major", entry.major())
                .with("minor", entry.minor())
                .with("op", entry.operation())
                .with("value", entry.value());
    }

    /** The interfaces that the container sees, without its loopback. */
    private static JsonObject networks(int pid) {
        var json = new JsonObject();
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + pid + "/net/dev"));
            for (String line : lines) {
                int colon = line.indexOf(':');
                String name = colon < 0 ? "" : line.substring(0, colon).strip();
                if (!name.isEmpty() && !name.equals("lo")) {
                    json.with(name, counters(line.substring(colon + 1)));
                }
            }
        } catch (IOException _) {
            // The process has just ended.
        }
        return json;
    }

    private static JsonObject counters(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String field : text.strip().split("\\s+")) {
            numbers.add(Long.valueOf(field));
        }
        return new JsonObject()
                .with("rx_bytes", numbers.get(0))
                .with("rx_packets", numbers.get(1))
                .with("rx_errors", numbers.get(2))
                .with("rx_dropped", numbers.get(3))
                .with("tx_bytes", numbers.get(8))
                .with("tx_packets", numbers.get(9))
                .with("tx_errors", numbers.get(10))
                .with("tx_dropped", numbers.get(11));
    }
}
