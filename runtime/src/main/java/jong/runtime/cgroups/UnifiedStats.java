package jong.runtime.cgroups;

import java.io.IOException;
import jong.linux.cgroups.Cgroup;
import jong.wire.json.JsonObject;

/** What cgroup v2 counts, in the shape of {@code runc events --stats}. */
final class UnifiedStats {

    private final Cgroup group;

    UnifiedStats(Cgroup group) {
        this.group = group;
    }

    JsonObject read() throws IOException {
        CgroupUsage usage = UnifiedUsage.read(group);
        JsonObject cpu = StatsJson.cpu(usage.cpu());
        cpu.withUnlessEmpty("psi", StatsJson.pressure(group, "cpu.pressure"));
        return new JsonObject()
                .with("cpu", cpu)
                .with("cpuset", StatsJson.cpuset(group))
                .with("memory", memory(usage.memory()))
                .with("pids", StatsJson.pids(usage.pids()))
                .with("blkio", blockIo(usage.blockIo()))
                .with("hugetlb", hugepages())
                .with("intel_rdt", new JsonObject())
                .with("network_interfaces", null);
    }

    private JsonObject memory(CgroupUsage.Memory memory) throws IOException {
        var json = new JsonObject();
        json.withUnlessEmpty("cache", memory.stat().getOrDefault("file", 0L));
        json.with(
                "usage",
                StatsJson.memoryEntry(memory.limit(), memory.usage(), memory.maxUsage(), 0));
        json.withUnlessEmpty("swap", swap(memory));
        json.withUnlessEmpty("raw", StatsJson.raw(memory.stat()));
        return json.withUnlessEmpty("psi", StatsJson.pressure(group, "memory.pressure"));
    }

    /** Version 1, whose shape this is, counts memory and swap together. */
    private JsonObject swap(CgroupUsage.Memory memory) throws IOException {
        if (!group.has("memory.swap.current")) {
            return new JsonObject();
        }
        long limit = ControlFile.number(group, "memory.swap.max", Long.MAX_VALUE);
        boolean limited = limit != Long.MAX_VALUE && memory.limit() != Long.MAX_VALUE;
        return StatsJson.memoryEntry(
                limited ? limit + memory.limit() : Long.MAX_VALUE,
                ControlFile.number(group, "memory.swap.current", 0) + memory.usage(),
                0,
                0);
    }

    private JsonObject blockIo(CgroupUsage.BlockIo io) throws IOException {
        var json = new JsonObject();
        StatsJson.putBlockIo(json, "ioServiceBytesRecursive", io.serviceBytes());
        StatsJson.putBlockIo(json, "ioServicedRecursive", io.serviced());
        return json.withUnlessEmpty("psi", StatsJson.pressure(group, "io.pressure"));
    }

    private JsonObject hugepages() throws IOException {
        var json = new JsonObject();
        for (String size : HugepageSizes.ofMachine()) {
            String prefix = "hugetlb." + size;
            if (group.has(prefix + ".current")) {
                json.with(
                        size,
                        StatsJson.hugepage(
                                ControlFile.number(group, prefix + ".current", 0),
                                0,
                                ControlFile.keyed(group, prefix + ".events")
                                        .getOrDefault("max", 0L)));
            }
        }
        return json;
    }
}
