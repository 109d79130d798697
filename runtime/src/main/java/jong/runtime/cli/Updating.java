package jong.runtime.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.runtime.LinuxResources;
import jong.runtime.resctrl.ResctrlGroup;
import jong.runtime.resctrl.ResourceDirector;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code update}: other limits for a container that runs. */
final class Updating {

    private static final String SUFFIXES = "bkmgtp";
    private static final int SUFFIX_BITS = 10;

    private static final String RESCTRL = "/sys/fs/resctrl is not mounted, or does not share it";

    private static final String CACHE = "l3-cache-schema";
    private static final String BANDWIDTH = "mem-bw-schema";

    private enum Kind {
        NUMBER,
        BYTES,
        TEXT
    }

    /**
     * An option that sets one member of the resources.
     *
     * @param option its name
     * @param object the object in the resources
     * @param member the member in that
     * @param kind what its value is
     */
    private record Setting(String option, String object, String member, Kind kind) {}

    private static final List<Setting> SETTINGS =
            List.of(
                    new Setting("blkio-weight", "blockIO", "weight", Kind.NUMBER),
                    new Setting("cpu-period", "cpu", "period", Kind.NUMBER),
                    new Setting("cpu-quota", "cpu", "quota", Kind.NUMBER),
                    new Setting("cpu-burst", "cpu", "burst", Kind.NUMBER),
                    new Setting("cpu-share", "cpu", "shares", Kind.NUMBER),
                    new Setting("cpu-rt-period", "cpu", "realtimePeriod", Kind.NUMBER),
                    new Setting("cpu-rt-runtime", "cpu", "realtimeRuntime", Kind.NUMBER),
                    new Setting("cpu-idle", "cpu", "idle", Kind.NUMBER),
                    new Setting("cpuset-cpus", "cpu", "cpus", Kind.TEXT),
                    new Setting("cpuset-mems", "cpu", "mems", Kind.TEXT),
                    new Setting("memory", "memory", "limit", Kind.BYTES),
                    new Setting("memory-reservation", "memory", "reservation", Kind.BYTES),
                    new Setting("memory-swap", "memory", "swap", Kind.BYTES),
                    new Setting("pids-limit", "pids", "limit", Kind.NUMBER));

    private Updating() {}

    static int update(Session session, Arguments arguments) throws IOException {
        StateDirectory directory = session.instance(arguments.id()).directory();
        JsonObject wanted = wanted(session, arguments);
        checkIntelRdt(arguments);
        try (StateDirectory.Lock _ = directory.lock()) {
            Instance instance = session.instance(arguments.id());
            if (instance.status().equals("stopped")) {
                throw new Conflict("container not running");
            }
            JsonObject config = instance.directory().spec().json();
            changeIntelRdt(config, arguments);
            instance.cgroup().update(new LinuxResources(wanted));
            keep(instance, config, wanted);
            updateResctrl(instance);
        }
        return 0;
    }

    private static JsonObject wanted(Session session, Arguments arguments) throws IOException {
        String file = arguments.value("resources", "");
        JsonObject wanted = file.isEmpty() ? fromOptions(arguments) : read(session, file);
        JsonObject memory = wanted.object("memory");
        if (memory.has("kernel")
                || memory.has("kernelTCP")
                || arguments.given("kernel-memory")
                || arguments.given("kernel-memory-tcp")) {
            session.log().warning("Kernel memory settings are ignored and will be removed");
        }
        return wanted;
    }

    private static JsonObject read(Session session, String file) throws IOException {
        byte[] bytes =
                file.equals("-")
                        ? System.in.readAllBytes()
                        : CallerFile.read(session.front(), file);
        try {
            return Json.parseObject(bytes);
        } catch (JsonException e) {
            throw new InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    private static JsonObject fromOptions(Arguments arguments) {
        var wanted = new JsonObject();
        for (Setting setting : SETTINGS) {
            String text = arguments.value(setting.option(), "");
            if (text.isEmpty()) {
                continue;
            }
            JsonObject object = wanted.object(setting.object());
            object.with(setting.member(), value(setting, text));
            wanted.with(setting.object(), object);
        }
        return wanted;
    }

    private static Object value(Setting setting, String text) {
        try {
            return switch (setting.kind()) {
                case NUMBER -> Long.parseLong(text);
                case BYTES -> bytes(text);
                case TEXT -> text;
            };
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    "invalid value for " + setting.option() + ": invalid syntax: \"" + text + "\"",
                    e);
        }
    }

    /** {@code 64m}, {@code 1.5GiB}: multiples of 1024; −1 for no limit. */
    static long bytes(String text) {
        int end = text.length();
        while (end > 0 && !Character.isDigit(text.charAt(end - 1))) {
            end--;
        }
        String unit = text.substring(end).strip().toLowerCase(java.util.Locale.ROOT);
        int power = unit.isEmpty() ? 0 : SUFFIXES.indexOf(unit.charAt(0));
        String rest = unit.isEmpty() ? "" : unit.substring(1);
        if (power < 0 || !List.of("", "b", "ib").contains(rest)) {
            throw new NumberFormatException("invalid suffix: '" + unit + "'");
        }
        String number = text.substring(0, end);
        long size = 1L << (SUFFIX_BITS * power);
        if (number.indexOf('.') >= 0) {
            return (long) (Double.parseDouble(number) * size);
        }
        long count = Long.parseLong(number);
        if (Math.abs(count) > Long.MAX_VALUE / size) {
            throw new NumberFormatException("too large: '" + text + "'");
        }
        return count * size;
    }

    private static void checkIntelRdt(Arguments arguments) throws IOException {
        Optional<ResourceDirector> director = ResourceDirector.local();
        if (arguments.given(CACHE) && !shares(director, ResourceDirector.CACHE)) {
            throw new Conflict("Intel RDT/CAT: l3 cache schema is not enabled: " + RESCTRL);
        }
        if (arguments.given(BANDWIDTH) && !shares(director, ResourceDirector.BANDWIDTH)) {
            throw new Conflict("Intel RDT/MBA: memory bandwidth schema is not enabled: " + RESCTRL);
        }
    }

    private static boolean shares(Optional<ResourceDirector> director, String resource) {
        return director.isPresent() && director.get().shares(resource);
    }

    private static void changeIntelRdt(JsonObject config, Arguments arguments) {
        if (!arguments.given(CACHE) && !arguments.given(BANDWIDTH)) {
            return;
        }
        JsonObject linux = config.object("linux");
        if (!linux.has("intelRdt")) {
            throw new Conflict("updating a non-existent Intel RDT configuration is not supported");
        }
        JsonObject rdt = linux.object("intelRdt");
        rdt.with("l3CacheSchema", arguments.value(CACHE, rdt.string("l3CacheSchema")));
        rdt.with("memBwSchema", arguments.value(BANDWIDTH, rdt.string("memBwSchema")));
        config.with("linux", linux.with("intelRdt", rdt));
    }

    private static void updateResctrl(Instance instance) throws IOException {
        Optional<ResctrlGroup> group = instance.resctrl();
        if (group.isPresent()) {
            group.get().update();
        }
    }

    /** The container's configuration says from now on what holds. */
    private static void keep(Instance instance, JsonObject config, JsonObject wanted)
            throws IOException {
        JsonObject linux = config.object("linux");
        JsonObject resources = linux.object("resources");
        merge(resources, wanted);
        config.with("linux", linux.with("resources", resources));
        instance.directory().writeSpec(Json.writeBytes(config));
    }

    private static void merge(JsonObject present, JsonObject wanted) {
        for (Map.Entry<String, Object> member : wanted.entrySet()) {
            if (member.getValue() instanceof JsonObject object) {
                JsonObject below = present.object(member.getKey());
                merge(below, object);
                present.with(member.getKey(), below);
            } else if (member.getValue() != null) {
                present.with(member.getKey(), member.getValue());
            }
        }
    }
}
