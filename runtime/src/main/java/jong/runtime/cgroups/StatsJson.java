package jong.runtime.cgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.linux.cgroups.Cgroup;
import jong.wire.json.JsonObject;

/**
 * The shape that {@code runc events --stats} gives to what was used. Members that are 0 are left
 * out where runc leaves them out. A number that does not fit into 63 bits, as that for "no limit",
 * is as much as fits.
 */
final class StatsJson {

    private static final List<String> CPUSET_FLAGS =
            List.of(
                    "cpu_exclusive",
                    "mem_hardwall",
                    "mem_exclusive",
                    "memory_migrate",
                    "memory_spread_page",
                    "memory_spread_slab",
                    "memory_pressure",
                    "sched_load_balance",
                    "sched_relax_domain_level");

    private StatsJson() {}

    static JsonObject cpu(CgroupUsage.Cpu cpu) {
        var usage = new JsonObject().withUnlessEmpty("total", cpu.total());
        usage.withUnlessEmpty("percpu", cpu.perCpu());
        usage.with("kernel", cpu.kernel()).with("user", cpu.user());
        var throttling = new JsonObject().withUnlessEmpty("periods", cpu.periods());
        throttling.withUnlessEmpty("throttledPeriods", cpu.throttledPeriods());
        throttling.withUnlessEmpty("throttledTime", cpu.throttledTime());
        return new JsonObject().with("usage", usage).withUnlessEmpty("throttling", throttling);
    }

    /** The cpuset's settings; version 2 has no files but the lists, and the flags read as 0. */
    static JsonObject cpuset(Cgroup group) throws IOException {
        var json = new JsonObject().withUnlessEmpty("cpus", list(group, "cpuset.cpus"));
        json.withUnlessEmpty("mems", list(group, "cpuset.mems"));
        for (String flag : CPUSET_FLAGS) {
            String text = ControlFile.text(group, "cpuset." + flag);
            json.with(flag, text.isEmpty() ? 0L : Long.parseLong(text));
        }
        return json;
    }

    /** A list such as {@code 0-2,4}, number by number. */
    private static List<Long> list(Cgroup group, String file) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String range : ControlFile.text(group, file).split(",", -1)) {
            if (!range.isEmpty()) {
                String[] ends = range.split("-", 2);
                long last = Long.parseLong(ends[ends.length - 1]);
                for (long number = Long.parseLong(ends[0]); number <= last; number++) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    static JsonObject memoryEntry(long limit, long usage, long max, long failures) {
        return new JsonObject()
                .with("limit", limit)
                .withUnlessEmpty("usage", usage)
                .withUnlessEmpty("max", max)
                .with("failcnt", failures);
    }

    static JsonObject pids(CgroupUsage.Pids pids) {
        return new JsonObject()
                .withUnlessEmpty("current", pids.current())
                .withUnlessEmpty("limit", pids.limit());
    }

    static void putBlockIo(JsonObject json, String name, List<CgroupUsage.BlockIoEntry> entries) {
        List<JsonObject> list = new ArrayList<>();
        for (CgroupUsage.BlockIoEntry entry : entries) {
            var item = new JsonObject().withUnlessEmpty("major", entry.major());
            item.withUnlessEmpty("minor", entry.minor());
            item.withUnlessEmpty("op", capitalized(entry.operation()));
            list.add(item.withUnlessEmpty("value", entry.value()));
        }
        json.withUnlessEmpty(name, list);
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    static JsonObject raw(Map<String, Long> stat) {
        var raw = new JsonObject();
        stat.forEach(raw::with);
        return raw;
    }

    static JsonObject hugepage(long usage, long max, long failures) {
        return new JsonObject()
                .withUnlessEmpty("usage", usage)
                .withUnlessEmpty("max", max)
                .with("failcnt", failures);
    }

    /** Pressure stall information; empty where the kernel does not keep it. */
    static JsonObject pressure(Cgroup group, String file) throws IOException {
        var json = new JsonObject();
        for (String line : ControlFile.text(group, file).lines().toList()) {
            String[] words = line.split(" ", -1);
            var numbers = new JsonObject();
            for (int i = 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                if (pair[0].equals("total")) {
                    numbers.with("total", Long.parseLong(pair[1]));
                } else {
                    numbers.with(pair[0], Double.parseDouble(pair[1]));
                }
            }
            json.with(words[0], numbers);
        }
        return json;
    }
}
