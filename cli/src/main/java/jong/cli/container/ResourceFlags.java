package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.cli.flags.FlagValues;
import jong.wire.json.JsonObject;

/** The flags that limit a container. */
final class ResourceFlags {

    private static final List<String> ULIMITS =
            List.of(
                    "core",
                    "cpu",
                    "data",
                    "fsize",
                    "locks",
                    "memlock",
                    "msgqueue",
                    "nice",
                    "nofile",
                    "nproc",
                    "rss",
                    "rtprio",
                    "rttime",
                    "sigpending",
                    "stack");

    private final FlagSet flags;

    ResourceFlags(FlagSet flags) {
        this.flags = flags;
    }

    /** Puts what {@code update} was given; what was not stays as it is. */
    static void put(FlagSet flags, JsonObject limits) {
        limits.withUnlessEmpty("BlkioWeight", flags.number("blkio-weight", 0))
                .withUnlessEmpty("CpuShares", flags.number("cpu-shares", 0))
                .withUnlessEmpty("Memory", flags.bytes("memory"))
                .withUnlessEmpty("NanoCpus", new ResourceFlags(flags).nanoCpus())
                .withUnlessEmpty("CpuPeriod", flags.number("cpu-period", 0))
                .withUnlessEmpty("CpuQuota", flags.number("cpu-quota", 0))
                .withUnlessEmpty("CpuRealtimePeriod", flags.number("cpu-rt-period", 0))
                .withUnlessEmpty("CpuRealtimeRuntime", flags.number("cpu-rt-runtime", 0))
                .withUnlessEmpty("CpusetCpus", flags.text("cpuset-cpus"))
                .withUnlessEmpty("CpusetMems", flags.text("cpuset-mems"))
                .withUnlessEmpty("MemoryReservation", flags.bytes("memory-reservation"))
                .withUnlessEmpty("MemorySwap", flags.bytes("memory-swap"));
        if (flags.given("pids-limit")) {
            limits.with("PidsLimit", flags.number("pids-limit", 0));
        }
    }

    /** Puts all limits of a new container, in the order of the API's document. */
    void putAll(JsonObject host) {
        long swappiness = flags.number("memory-swappiness", -1);
        if (swappiness < -1 || swappiness > 100) {
            throw new CommandException(
                    "invalid value: " + swappiness + ". Valid memory swappiness range is 0-100",
                    125);
        }
        host.with("CpuShares", flags.number("cpu-shares", 0))
                .with("Memory", flags.bytes("memory"))
                .with("NanoCpus", nanoCpus())
                .with("CgroupParent", flags.text("cgroup-parent"))
                .with("BlkioWeight", flags.number("blkio-weight", 0))
                .with("BlkioWeightDevice", weights())
                .with("BlkioDeviceReadBps", rates("device-read-bps", true))
                .with("BlkioDeviceWriteBps", rates("device-write-bps", true))
                .with("BlkioDeviceReadIOps", rates("device-read-iops", false))
                .with("BlkioDeviceWriteIOps", rates("device-write-iops", false))
                .with("CpuPeriod", flags.number("cpu-period", 0))
                .with("CpuQuota", flags.number("cpu-quota", 0))
                .with("CpuRealtimePeriod", flags.number("cpu-rt-period", 0))
                .with("CpuRealtimeRuntime", flags.number("cpu-rt-runtime", 0))
                .with("CpusetCpus", flags.text("cpuset-cpus"))
                .with("CpusetMems", flags.text("cpuset-mems"));
        new DeviceFlags(flags).put(host);
        host.with("MemoryReservation", flags.bytes("memory-reservation"))
                .with("MemorySwap", flags.bytes("memory-swap"))
                .with("MemorySwappiness", swappiness)
                .with("OomKillDisable", flags.on("oom-kill-disable"));
        host.with("PidsLimit", flags.number("pids-limit", 0)).with("Ulimits", ulimits());
    }

    private long nanoCpus() {
        return flags.given("cpus")
                ? FlagValues.nanoCpus(flags.text("cpus"), flags.spelling("cpus"))
                : 0;
    }

    private List<JsonObject> weights() {
        List<JsonObject> weights = new ArrayList<>();
        for (String value : flags.all("blkio-weight-device")) {
            int colon = value.indexOf(':');
            String flag = flags.spelling("blkio-weight-device");
            if (colon < 0 || !value.startsWith("/dev/")) {
                throw FlagException.invalid(value, flag, "bad format: " + value);
            }
            long weight;
            try {
                weight = Long.parseLong(value.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw FlagException.invalid(value, flag, "invalid weight for device: " + value);
            }
            if (weight != 0 && (weight < 10 || weight > 1000)) {
                throw FlagException.invalid(value, flag, "invalid weight for device: " + value);
            }
            weights.add(
                    new JsonObject()
                            .with("Path", value.substring(0, colon))
                            .with("Weight", weight));
        }
        return weights;
    }

    private List<JsonObject> rates(String name, boolean sized) {
        List<JsonObject> rates = new ArrayList<>();
        for (String value : flags.all(name)) {
            int colon = value.indexOf(':');
            if (colon < 0) {
                throw FlagException.invalid(value, flags.spelling(name), "bad format: " + value);
            }
            if (!value.startsWith("/dev/")) {
                throw FlagException.invalid(
                        value, flags.spelling(name), "bad format for device path: " + value);
            }
            rates.add(
                    new JsonObject()
                            .with("Path", value.substring(0, colon))
                            .with("Rate", rate(value, value.substring(colon + 1), name, sized)));
        }
        return rates;
    }

    private long rate(String value, String number, String name, boolean sized) {
        String reason =
                "invalid rate for device: "
                        + value
                        + ". The correct format is <device-path>:<number>"
                        + (sized
                                ? "[<unit>]. Number must be a positive integer. Unit is optional"
                                        + " and can be kb, mb, or gb"
                                : ". Number must be a positive integer");
        try {
            return sized ? FlagValues.bytes(number, "") : Long.parseUnsignedLong(number);
        } catch (FlagException | NumberFormatException e) {
            throw FlagException.invalid(value, flags.spelling(name), reason);
        }
    }

    private List<JsonObject> ulimits() {
        List<JsonObject> ulimits = new ArrayList<>();
        for (String value : flags.all("ulimit")) {
            ulimits.add(ulimit(value));
        }
        ulimits.sort(java.util.Comparator.comparing(ulimit -> ulimit.string("Name")));
        return ulimits;
    }

    private JsonObject ulimit(String value) {
        int equals = value.indexOf('=');
        if (equals < 0) {
            throw invalidUlimit(value, "invalid ulimit argument: " + value);
        }
        String name = value.substring(0, equals);
        if (!ULIMITS.contains(name)) {
            throw invalidUlimit(value, "invalid ulimit type: " + name);
        }
        String[] numbers = value.substring(equals + 1).split(":", -1);
        if (numbers.length > 2) {
            throw invalidUlimit(
                    value,
                    "too many limit value arguments - "
                            + value.substring(equals + 1)
                            + ", can only have up to two, `soft[:hard]`");
        }
        long soft = ulimitNumber(value, numbers[0]);
        long hard = ulimitNumber(value, numbers[numbers.length - 1]);
        if (hard != -1 && (soft == -1 || soft > hard)) {
            throw invalidUlimit(
                    value,
                    "ulimit soft limit must be less than or equal to hard limit: "
                            + soft
                            + " > "
                            + hard);
        }
        return new JsonObject().with("Name", name).with("Hard", hard).with("Soft", soft);
    }

    private long ulimitNumber(String value, String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw invalidUlimit(
                    value, "strconv.ParseInt: parsing \"" + number + "\": invalid syntax");
        }
    }

    private FlagException invalidUlimit(String value, String reason) {
        return FlagException.invalid(value, flags.spelling("ulimit"), reason);
    }
}
