package jong.runtime.cgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.linux.cgroups.Cgroup;
import jong.runtime.cgroups.CgroupUsage.BlockIo;
import jong.runtime.cgroups.CgroupUsage.BlockIoEntry;
import jong.runtime.cgroups.CgroupUsage.Cpu;
import jong.runtime.cgroups.CgroupUsage.Memory;
import jong.runtime.cgroups.CgroupUsage.Pids;

/** Reads what cgroup v2 counts. */
final class UnifiedUsage {

    private static final long NANOS_PER_MICRO = 1000;

    private UnifiedUsage() {}

    static CgroupUsage read(Cgroup group) throws IOException {
        return new CgroupUsage(cpu(group), memory(group), pids(group), blockIo(group));
    }

    private static Cpu cpu(Cgroup group) throws IOException {
        Map<String, Long> stat = ControlFile.keyed(group, "cpu.stat");
        return new Cpu(
                stat.getOrDefault("usage_usec", 0L) * NANOS_PER_MICRO,
                List.of(),
                stat.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO,
                stat.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO,
                stat.getOrDefault("nr_periods", 0L),
                stat.getOrDefault("nr_throttled", 0L),
                stat.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO);
    }

    private static Memory memory(Cgroup group) throws IOException {
        return new Memory(
                ControlFile.number(group, "memory.current", 0),
                ControlFile.number(group, "memory.peak", 0),
                ControlFile.number(group, "memory.max", Long.MAX_VALUE),
                ControlFile.keyed(group, "memory.events").getOrDefault("oom_kill", 0L),
                true,
                ControlFile.keyed(group, "memory.stat"));
    }

    private static Pids pids(Cgroup group) throws IOException {
        return new Pids(
                ControlFile.number(group, "pids.current", 0),
                ControlFile.number(group, "pids.max", 0));
    }

    /** Lines {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 …}. */
    private static BlockIo blockIo(Cgroup group) throws IOException {
        List<BlockIoEntry> bytes = new ArrayList<>();
        List<BlockIoEntry> operations = new ArrayList<>();
        for (String line : ControlFile.text(group, "io.stat").lines().toList()) {
            String[] words = line.split("[ :]", -1);
            for (int i = 2; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                List<BlockIoEntry> target = pair[0].endsWith("bytes") ? bytes : operations;
                if (pair.length == 2 && (pair[0].startsWith("r") || pair[0].startsWith("w"))) {
                    target.add(
                            new BlockIoEntry(
                                    Long.parseLong(words[0]),
                                    Long.parseLong(words[1]),
                                    pair[0].startsWith("r") ? "read" : "write",
                                    Long.parseUnsignedLong(pair[1])));
                }
            }
        }
        return new BlockIo(bytes, operations);
    }
}
