package jong.runtime.cgroups;

import java.io.IOException;
import java.util.Optional;
import jong.linux.cgroups.Cgroup;
import jong.wire.json.JsonObject;

/** What cgroup v1 counts, in the shape of {@code runc events --stats}. */
final class LegacyStats {

    private static final String LIMIT = ".limit_in_bytes";

    private final SettingWriter.Place place;
    private final LegacyUsage usage;

    LegacyStats(SettingWriter.Place place) {
        this.place = place;
        this.usage = new LegacyUsage(place);
    }

    JsonObject read() throws IOException {
        CgroupUsage used = usage.read();
        return new JsonObject()
                .with("cpu", StatsJson.cpu(used.cpu()))
                .with("cpuset", cpuset())
                .with("memory", memory(used.memory()))
                .with("pids", StatsJson.pids(used.pids()))
                .with("blkio", blockIo(used.blockIo()))
                .with("hugetlb", hugepages())
                .with("intel_rdt", new JsonObject())
                .with("network_interfaces", null);
    }

    private JsonObject cpuset() throws IOException {
        Optional<Cgroup> group = place.group("cpuset");
        return group.isPresent() ? StatsJson.cpuset(group.get()) : new JsonObject();
    }

    private JsonObject memory(CgroupUsage.Memory memory) throws IOException {
        var json = new JsonObject();
        json.withUnlessEmpty("cache", memory.stat().getOrDefault("cache", 0L));
        json.with("usage", memoryEntry(""));
        json.withUnlessEmpty("swap", memoryEntry(".memsw"));
        json.withUnlessEmpty("kernel", memoryEntry(".kmem"));
        json.withUnlessEmpty("kernelTCP", memoryEntry(".kmem.tcp"));
        return json.withUnlessEmpty("raw", StatsJson.raw(memory.stat()));
    }

    private JsonObject memoryEntry(String kind) throws IOException {
        Optional<Cgroup> memory = place.group("memory");
        String prefix = "memory" + kind;
        if (memory.isEmpty() || !memory.get().has(prefix + ".usage_in_bytes")) {
            return new JsonObject();
        }
        return StatsJson.memoryEntry(
                ControlFile.number(memory.get(), prefix + LIMIT, 0),
                ControlFile.number(memory.get(), prefix + ".usage_in_bytes", 0),
                ControlFile.number(memory.get(), prefix + ".max_usage_in_bytes", 0),
                ControlFile.number(memory.get(), prefix + ".failcnt", 0));
    }

    private JsonObject blockIo(CgroupUsage.BlockIo io) throws IOException {
        var json = new JsonObject();
        StatsJson.putBlockIo(json, "ioServiceBytesRecursive", io.serviceBytes());
        StatsJson.putBlockIo(json, "ioServicedRecursive", io.serviced());
        StatsJson.putBlockIo(json, "ioQueueRecursive", usage.blockIo("blkio.io_queued_recursive"));
        StatsJson.putBlockIo(
                json, "ioServiceTimeRecursive", usage.blockIo("blkio.io_service_time_recursive"));
        StatsJson.putBlockIo(
                json, "ioWaitTimeRecursive", usage.blockIo("blkio.io_wait_time_recursive"));
        StatsJson.putBlockIo(json, "ioMergedRecursive", usage.blockIo("blkio.io_merged_recursive"));
        return json;
    }

    private JsonObject hugepages() throws IOException {
        var json = new JsonObject();
        Optional<Cgroup> group = place.group("hugetlb");
        if (group.isEmpty()) {
            return json;
        }
        for (String size : HugepageSizes.ofMachine()) {
            String prefix = "hugetlb." + size;
            if (group.get().has(prefix + ".usage_in_bytes")) {
                json.with(
                        size,
                        StatsJson.hugepage(
                                ControlFile.number(group.get(), prefix + ".usage_in_bytes", 0),
                                ControlFile.number(group.get(), prefix + ".max_usage_in_bytes", 0),
                                ControlFile.number(group.get(), prefix + ".failcnt", 0)));
            }
        }
        return json;
    }
}
