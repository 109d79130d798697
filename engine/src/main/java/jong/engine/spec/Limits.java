package jong.engine.spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Docker's resource options as {@code linux.resources} and {@code process.rlimits} of OCI. */
public final class Limits {

    private static final long NANO_CPU_PERIOD_MICROS = 100_000;

    private Limits() {}

    /** Everything but the devices: memory, cpu, pids, blockIO; also what {@code update} changes. */
    public static JsonObject resources(HostConfig host) {
        JsonObject json = host.json();
        var resources = new JsonObject().with("memory", memory(json));
        resources.withUnlessEmpty("cpu", cpu(json));
        Long pids = json.numberOrNull("PidsLimit");
        if (pids != null) {
            resources.with("pids", new JsonObject().with("limit", pids > 0 ? pids : -1L));
        }
        return resources.with("blockIO", blockIo(json));
    }

    /** The process's own limits; docker's names are those of {@code RLIMIT_} in lower case. */
    static List<JsonObject> rlimits(HostConfig host) {
        List<JsonObject> limits = new ArrayList<>();
        for (JsonObject ulimit : host.json().objects("Ulimits")) {
            limits.add(
                    new JsonObject()
                            .with(
                                    "type",
                                    "RLIMIT_" + ulimit.string("Name").toUpperCase(Locale.ROOT))
                            .with("hard", ulimit.number("Hard"))
                            .with("soft", ulimit.number("Soft")));
        }
        return limits;
    }

    private static JsonObject memory(JsonObject json) {
        var memory = new JsonObject().with("disableOOMKiller", json.flag("OomKillDisable"));
        memory.withUnlessEmpty("limit", json.number("Memory"));
        memory.withUnlessEmpty("reservation", json.number("MemoryReservation"));
        memory.withUnlessEmpty("swap", json.number("MemorySwap"));
        Long swappiness = json.numberOrNull("MemorySwappiness");
        if (swappiness != null && swappiness >= 0) {
            memory.with("swappiness", swappiness);
        }
        return memory;
    }

    private static JsonObject cpu(JsonObject json) {
        var cpu = new JsonObject().withUnlessEmpty("shares", json.number("CpuShares"));
        long nanos = json.number("NanoCpus");
        if (nanos > 0) {
            long quota = nanos * NANO_CPU_PERIOD_MICROS / 1_000_000_000;
            cpu.with("quota", quota).with("period", NANO_CPU_PERIOD_MICROS);
        } else {
            cpu.withUnlessEmpty("quota", json.number("CpuQuota"));
            cpu.withUnlessEmpty("period", json.number("CpuPeriod"));
        }
        cpu.withUnlessEmpty("realtimePeriod", json.number("CpuRealtimePeriod"));
        cpu.withUnlessEmpty("realtimeRuntime", json.number("CpuRealtimeRuntime"));
        cpu.withUnlessEmpty("cpus", json.string("CpusetCpus"));
        return cpu.withUnlessEmpty("mems", json.string("CpusetMems"));
    }

    private static JsonObject blockIo(JsonObject json) {
        var block = new JsonObject().withUnlessEmpty("weight", json.number("BlkioWeight"));
        block.withUnlessEmpty("weightDevice", perDevice(json, "BlkioWeightDevice", "Weight"));
        block.withUnlessEmpty(
                "throttleReadBpsDevice", perDevice(json, "BlkioDeviceReadBps", "Rate"));
        block.withUnlessEmpty(
                "throttleWriteBpsDevice", perDevice(json, "BlkioDeviceWriteBps", "Rate"));
        block.withUnlessEmpty(
                "throttleReadIOPSDevice", perDevice(json, "BlkioDeviceReadIOps", "Rate"));
        return block.withUnlessEmpty(
                "throttleWriteIOPSDevice", perDevice(json, "BlkioDeviceWriteIOps", "Rate"));
    }

    private static @Nullable List<JsonObject> perDevice(JsonObject json, String list, String kind) {
        List<JsonObject> result = new ArrayList<>();
        for (JsonObject entry : json.objects(list)) {
            String path = entry.string("Path");
            try {
                long[] numbers = Devices.numbers(Path.of(path));
                result.add(
                        new JsonObject()
                                .with("major", numbers[0])
                                .with("minor", numbers[1])
                                .with(kind.toLowerCase(Locale.ROOT), entry.number(kind)));
            } catch (IOException e) {
                throw new InvalidArgument("no such device for " + list + ": \"" + path + "\"", e);
            }
        }
        return result.isEmpty() ? null : result;
    }
}
