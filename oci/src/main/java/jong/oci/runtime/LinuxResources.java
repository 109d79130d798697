package jong.oci.runtime;

import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * {@code linux.resources}: a container's limits. A missing number is null: the kernel's value
 * stays.
 *
 * @param json the object
 */
public record LinuxResources(JsonObject json) {

    /** Which devices may be used, in the order in which the rules are applied. */
    public List<DeviceRule> devices() {
        return json.objects("devices").stream().map(DeviceRule::of).toList();
    }

    /** Memory in bytes; −1 is no limit. */
    public Memory memory() {
        JsonObject memory = json.object("memory");
        return new Memory(
                memory.numberOrNull("limit"),
                memory.numberOrNull("swap"),
                memory.numberOrNull("reservation"),
                memory.numberOrNull("swappiness"),
                memory.flag("disableOOMKiller"),
                memory.flag("checkBeforeUpdate"));
    }

    /** Processor time. */
    public Cpu cpu() {
        JsonObject cpu = json.object("cpu");
        return new Cpu(
                cpu.numberOrNull("shares"),
                cpu.numberOrNull("quota"),
                cpu.numberOrNull("period"),
                cpu.numberOrNull("burst"),
                cpu.numberOrNull("realtimeRuntime"),
                cpu.numberOrNull("realtimePeriod"),
                cpu.numberOrNull("idle"),
                cpu.string("cpus"),
                cpu.string("mems"));
    }

    /** How many processes and threads there may be; −1 is no limit, null leaves it. */
    public @Nullable Long pidsLimit() {
        return json.object("pids").numberOrNull("limit");
    }

    /** Block device weights and rates, as given. */
    public BlockIo blockIo() {
        return new BlockIo(json.object("blockIO"));
    }

    /** Limits of huge pages: the page's size ({@code 2MB}) and bytes. */
    public Map<String, Long> hugepageLimits() {
        Map<String, Long> result = new java.util.LinkedHashMap<>();
        for (JsonObject limit : json.objects("hugepageLimits")) {
            result.put(limit.string("pageSize"), limit.number("limit"));
        }
        return result;
    }

    /** The class that the container's packets are marked with, or null. */
    public @Nullable Long networkClass() {
        return json.object("network").numberOrNull("classID");
    }

    /** Priorities of the container's packets by interface. */
    public Map<String, Long> networkPriorities() {
        Map<String, Long> result = new java.util.LinkedHashMap<>();
        for (JsonObject priority : json.object("network").objects("priorities")) {
            result.put(priority.string("name"), priority.number("priority"));
        }
        return result;
    }

    /** Limits of RDMA devices. */
    public List<RdmaLimit> rdma() {
        JsonObject rdma = json.object("rdma");
        return rdma.keySet().stream()
                .map(device ->
                        new RdmaLimit(
                                device,
                                rdma.object(device).numberOrNull("hcaHandles"),
                                rdma.object(device).numberOrNull("hcaObjects")))
                .toList();
    }

    /** Files of cgroup v2 and what to write into them. */
    public Map<String, String> unified() {
        return json.stringMap("unified");
    }

    /**
     * What may be opened of one RDMA device.
     *
     * @param device its name, such as {@code mlx5_1}
     * @param handles how many handles, or null for any number
     * @param objects how many objects, or null for any number
     */
    public record RdmaLimit(String device, @Nullable Long handles, @Nullable Long objects) {}

    /**
     * {@code memory}.
     *
     * @param limit memory
     * @param swap memory and swap together
     * @param reservation what the kernel tries to leave
     * @param swappiness 0 to 100
     * @param disableOomKiller whether processes wait for memory rather than die
     * @param checkBeforeUpdate whether a limit below what is in use is refused
     */
    public record Memory(
            @Nullable Long limit,
            @Nullable Long swap,
            @Nullable Long reservation,
            @Nullable Long swappiness,
            boolean disableOomKiller,
            boolean checkBeforeUpdate) {}

    /**
     * {@code cpu}.
     *
     * @param shares relative weight, 2 to 262144
     * @param quota microseconds a period; −1 for no limit
     * @param period microseconds
     * @param burst microseconds beyond the quota
     * @param realtimeRuntime microseconds
     * @param realtimePeriod microseconds
     * @param idle 1 for SCHED_IDLE
     * @param cpus list such as {@code 0-2,4}, or empty
     * @param mems list, or empty
     */
    public record Cpu(
            @Nullable Long shares,
            @Nullable Long quota,
            @Nullable Long period,
            @Nullable Long burst,
            @Nullable Long realtimeRuntime,
            @Nullable Long realtimePeriod,
            @Nullable Long idle,
            String cpus,
            String mems) {}

    /**
     * {@code blockIO}.
     *
     * @param json the object
     */
    public record BlockIo(JsonObject json) {

        /** Relative weight, 10 to 1000, or null. */
        public @Nullable Long weight() {
            return json.numberOrNull("weight");
        }

        /** Weight against child cgroups, or null. */
        public @Nullable Long leafWeight() {
            return json.numberOrNull("leafWeight");
        }

        /** Weights of single devices. */
        public List<DeviceNumber> weightDevice() {
            return devices("weightDevice", "weight");
        }

        /** Weights of single devices against child cgroups. */
        public List<DeviceNumber> leafWeightDevice() {
            return devices("weightDevice", "leafWeight");
        }

        /**
         * Rates of single devices.
         *
         * @param name {@code throttleReadBpsDevice}, {@code throttleWriteBpsDevice}, {@code
         *     throttleReadIOPSDevice} or {@code throttleWriteIOPSDevice}
         */
        public List<DeviceNumber> throttle(String name) {
            return devices(name, "rate");
        }

        private List<DeviceNumber> devices(String list, String value) {
            return json.objects(list).stream()
                    .map(d ->
                            new DeviceNumber(d.number("major"), d.number("minor"), d.number(value)))
                    .toList();
        }
    }

    /**
     * A value of one block device.
     *
     * @param major its major number
     * @param minor its minor number
     * @param value weight, bytes or operations a second
     */
    public record DeviceNumber(long major, long minor, long value) {}

    /**
     * One of {@code devices}.
     *
     * @param allow whether it gives or takes the right
     * @param type {@code a} (all), {@code c} or {@code b}
     * @param major the major number, or null for all
     * @param minor the minor number, or null for all
     * @param access letters of {@code rwm}
     */
    public record DeviceRule(
            boolean allow, char type, @Nullable Long major, @Nullable Long minor, String access) {

        static DeviceRule of(JsonObject json) {
            String type = json.string("type", "a");
            String access = json.string("access", "rwm");
            // The letter a is no access, but configurations with "rwa" are about.
            if (!type.matches("[acb]") || !access.matches("[rwma]+")) {
                throw new InvalidArgument("linux.resources.devices: invalid rule " + json);
            }
            return new DeviceRule(
                    json.flag("allow"),
                    type.charAt(0),
                    wildcard(json.numberOrNull("major")),
                    wildcard(json.numberOrNull("minor")),
                    access.replace("a", ""));
        }

        /** Whether it gives all access, so that nothing is lost if it cannot be enforced. */
        public boolean isFull() {
            return allow && access.length() == 3;
        }

        private static @Nullable Long wildcard(@Nullable Long number) {
            return number == null || number < 0 ? null : number;
        }
    }
}
