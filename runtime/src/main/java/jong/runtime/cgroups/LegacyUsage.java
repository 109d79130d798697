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
import jong.wire.status.StatusException.InvalidArgument;

/** Reads what cgroup v1 counts. */
final class LegacyUsage {

    private final SettingWriter.Place place;

    /**
     * @param place the group of each controller
     */
    LegacyUsage(SettingWriter.Place place) {
        this.place = place;
    }

    CgroupUsage read() throws IOException {
        return new CgroupUsage(cpu(), memory(), pids(), blockIo());
    }

    private Cpu cpu() throws IOException {
        Cgroup account = controller("cpuacct");
        Map<String, Long> throttling = ControlFile.keyed(controller("cpu"), "cpu.stat");
        return new Cpu(
                ControlFile.number(account, "cpuacct.usage", 0),
                ControlFile.numbers(account, "cpuacct.usage_percpu"),
                ControlFile.number(account, "cpuacct.usage_user", 0),
                ControlFile.number(account, "cpuacct.usage_sys", 0),
                throttling.getOrDefault("nr_periods", 0L),
                throttling.getOrDefault("nr_throttled", 0L),
                throttling.getOrDefault("throttled_time", 0L));
    }

    private Memory memory() throws IOException {
        Cgroup memory = controller("memory");
        return new Memory(
                ControlFile.number(memory, "memory.usage_in_bytes", 0),
                ControlFile.number(memory, "memory.max_usage_in_bytes", 0),
                ControlFile.number(memory, "memory.limit_in_bytes", Long.MAX_VALUE),
                ControlFile.number(memory, "memory.failcnt", 0),
                false,
                ControlFile.keyed(memory, "memory.stat"));
    }

    private Pids pids() throws IOException {
        Cgroup pids = controller("pids");
        return new Pids(
                ControlFile.number(pids, "pids.current", 0),
                ControlFile.number(pids, "pids.max", 0));
    }

    private BlockIo blockIo() throws IOException {
        return new BlockIo(
                blockIo("blkio.throttle.io_service_bytes_recursive"),
                blockIo("blkio.throttle.io_serviced_recursive"));
    }

    /** Lines {@code 8:0 Read 4096}; the last one, {@code Total 4096}, is of no device. */
    List<BlockIoEntry> blockIo(String file) throws IOException {
        List<BlockIoEntry> entries = new ArrayList<>();
        for (String line : ControlFile.text(controller("blkio"), file).lines().toList()) {
            String[] words = line.split("[ :]", -1);
            if (words.length == 4) {
                entries.add(
                        new BlockIoEntry(
                                Long.parseLong(words[0]),
                                Long.parseLong(words[1]),
                                words[2],
                                Long.parseUnsignedLong(words[3])));
            }
        }
        return entries;
    }

    private Cgroup controller(String name) {
        return place.group(name)
                .orElseThrow(
                        () -> new InvalidArgument("this machine has no cgroup controller " + name));
    }
}
