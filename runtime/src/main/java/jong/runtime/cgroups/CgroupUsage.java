package jong.runtime.cgroups;

import java.util.List;
import java.util.Map;

/**
 * What the processes of a cgroup used, in the kernel's own numbers.
 *
 * @param cpu processor time
 * @param memory memory
 * @param pids number of processes
 * @param blockIo traffic with block devices
 */
public record CgroupUsage(Cpu cpu, Memory memory, Pids pids, BlockIo blockIo) {

    /**
     * Processor time, in nanoseconds.
     *
     * @param total of all processors
     * @param perCpu of each processor; empty on cgroup v2, which does not count it
     * @param user spent in programs
     * @param kernel spent in the kernel
     * @param periods how many quota periods went by
     * @param throttledPeriods in how many of them the quota ran out
     * @param throttledTime how long processes had to wait for it
     */
    public record Cpu(
            long total,
            List<Long> perCpu,
            long user,
            long kernel,
            long periods,
            long throttledPeriods,
            long throttledTime) {

        public Cpu {
            perCpu = List.copyOf(perCpu);
        }
    }

    /**
     * Memory, in bytes.
     *
     * @param usage now, with the page cache
     * @param maxUsage the most so far; 0 where the kernel does not say (v2 before 5.19)
     * @param limit the limit; {@link Long#MAX_VALUE} rounded down to pages or the like for none
     * @param failures how often the limit was hit; on v2 the number of OOM kills
     * @param unified whether {@code stat} is a v2 {@code memory.stat}: its words differ
     * @param stat {@code memory.stat}, word for word
     */
    public record Memory(
            long usage,
            long maxUsage,
            long limit,
            long failures,
            boolean unified,
            Map<String, Long> stat) {

        public Memory {
            stat = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(stat));
        }
    }

    /**
     * Processes and threads.
     *
     * @param current how many there are
     * @param limit how many there may be, 0 for no limit
     */
    public record Pids(long current, long limit) {}

    /**
     * Traffic with block devices; a list is empty where the kernel does not count.
     *
     * @param serviceBytes bytes
     * @param serviced number of operations
     */
    public record BlockIo(List<BlockIoEntry> serviceBytes, List<BlockIoEntry> serviced) {

        public BlockIo {
            serviceBytes = List.copyOf(serviceBytes);
            serviced = List.copyOf(serviced);
        }
    }

    /**
     * One count of one device.
     *
     * @param major the device's major number
     * @param minor the device's minor number
     * @param operation {@code Read}, {@code Write}, {@code Sync}, {@code Async}, {@code Discard} or
     *     {@code Total} on v1; {@code read} or {@code write} on v2
     * @param value the count
     */
    public record BlockIoEntry(long major, long minor, String operation, long value) {}
}
