package jong.api;

import java.util.List;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a container. Where null differs from 0, null means "not asked for".
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record Resources(JsonObject json) {

    /** Relative weight; 0 means 1024. */
    public long cpuShares() {
        return json.number("CpuShares");
    }

    /** Memory limit in bytes; 0 means none. */
    public long memory() {
        return json.number("Memory");
    }

    /** CPU quota in billionths of a CPU; 0 means none. */
    public long nanoCpus() {
        return json.number("NanoCpus");
    }

    /** The cgroup under which the container's is made; empty: the default. */
    public String cgroupParent() {
        return json.string("CgroupParent");
    }

    /** Block I/O weight, 10 to 1000; 0 means none. */
    public long blkioWeight() {
        return json.number("BlkioWeight");
    }

    /** Block I/O weight by device. */
    public List<WeightDevice> blkioWeightDevice() {
        return json.objects("BlkioWeightDevice").stream().map(WeightDevice::new).toList();
    }

    /** Bytes a second read, by device. */
    public List<ThrottleDevice> blkioDeviceReadBps() {
        return json.objects("BlkioDeviceReadBps").stream().map(ThrottleDevice::new).toList();
    }

    /** Bytes a second written, by device. */
    public List<ThrottleDevice> blkioDeviceWriteBps() {
        return json.objects("BlkioDeviceWriteBps").stream().map(ThrottleDevice::new).toList();
    }

    /** Reads a second, by device. */
    public List<ThrottleDevice> blkioDeviceReadIops() {
        return json.objects("BlkioDeviceReadIOps").stream().map(ThrottleDevice::new).toList();
    }

    /** Writes a second, by device. */
    public List<ThrottleDevice> blkioDeviceWriteIops() {
        return json.objects("BlkioDeviceWriteIOps").stream().map(ThrottleDevice::new).toList();
    }

    /** CFS period in microseconds; 0 means the default. */
    public long cpuPeriodMicros() {
        return json.number("CpuPeriod");
    }

    /** CFS quota in microseconds in each period; 0 means none. */
    public long cpuQuotaMicros() {
        return json.number("CpuQuota");
    }

    /** Real-time period in microseconds. */
    public long cpuRealtimePeriodMicros() {
        return json.number("CpuRealtimePeriod");
    }

    /** Real-time run time in microseconds in each period. */
    public long cpuRealtimeRuntimeMicros() {
        return json.number("CpuRealtimeRuntime");
    }

    /** CPUs such as {@code 0-2,7}. */
    public String cpusetCpus() {
        return json.string("CpusetCpus");
    }

    /** Memory nodes such as {@code 0}. */
    public String cpusetMems() {
        return json.string("CpusetMems");
    }

    /** Devices of the host. */
    public List<DeviceMapping> devices() {
        return json.objects("Devices").stream().map(DeviceMapping::new).toList();
    }

    /** Rules such as {@code c 42:* rmw}. */
    public List<String> deviceCgroupRules() {
        return json.strings("DeviceCgroupRules");
    }

    /** Devices asked for by what they can do. */
    public List<DeviceRequest> deviceRequests() {
        return json.objects("DeviceRequests").stream().map(DeviceRequest::new).toList();
    }

    /** Soft memory limit in bytes; 0 means none. */
    public long memoryReservation() {
        return json.number("MemoryReservation");
    }

    /** Memory and swap in bytes; -1 means no limit, 0 twice the memory. */
    public long memorySwap() {
        return json.number("MemorySwap");
    }

    /** 0 to 100; null or -1 means the host's. */
    public @Nullable Long memorySwappiness() {
        return json.numberOrNull("MemorySwappiness");
    }

    /** Whether the OOM killer leaves the container alone. */
    public @Nullable Boolean oomKillDisable() {
        return json.flagOrNull("OomKillDisable");
    }

    /** Whether a small init reaps zombies; null means the daemon's default. */
    public @Nullable Boolean init() {
        return json.flagOrNull("Init");
    }

    /** Most processes; null, 0 or negative means no limit. */
    public @Nullable Long pidsLimit() {
        return json.numberOrNull("PidsLimit");
    }

    /** Resource limits of the process. */
    public List<Ulimit> ulimits() {
        return json.objects("Ulimits").stream().map(Ulimit::new).toList();
    }
}
