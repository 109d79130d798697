package jong.runtime.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jong.oci.runtime.LinuxResources.DeviceRule;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * What a group of processes may do with devices: everything or nothing, and exceptions from that.
 * This is how the kernel keeps a device cgroup (Documentation/admin-guide/cgroup-v1/devices.rst);
 * version 2's programs are made from it, too, so that the same rules mean the same there.
 *
 * <p>Not changed once made.
 */
public final class DeviceAccess {

    private static final String ALL_ACCESS = "rwm";

    /** What runc lets every container do, whatever its configuration says. */
    private static final List<String> FOR_ALL_CONTAINERS =
            List.of(
                    "c *:* m",
                    "b *:* m",
                    "c 1:3 rwm",
                    "c 1:8 rwm",
                    "c 1:7 rwm",
                    "c 5:0 rwm",
                    "c 1:5 rwm",
                    "c 1:9 rwm",
                    "c 136:* rwm",
                    "c 5:2 rwm",
                    "c 10:200 rwm");

    private final SortedMap<DeviceId, String> exceptions = new TreeMap<>();
    private boolean everything;

    private DeviceAccess(boolean everything) {
        this.everything = everything;
    }

    /**
     * The rights of a container.
     *
     * @param rules {@code linux.resources.devices}, in their order
     * @throws InvalidArgument if a rule takes a part of what a rule before it gave with a wildcard,
     *     which device cgroups cannot express
     */
    public static DeviceAccess ofContainer(List<DeviceRule> rules) {
        var access = new DeviceAccess(false);
        for (DeviceRule rule : rules) {
            if (rule.type() == 'a') {
                access.reset(rule.allow());
            } else {
                var id = new DeviceId(rule.type(), number(rule.major()), number(rule.minor()));
                access.apply(rule.allow(), id, rule.access());
            }
        }
        FOR_ALL_CONTAINERS.forEach(line -> access.applyLine(true, line));
        return access;
    }

    private static long number(@Nullable Long number) {
        return number == null ? DeviceId.ALL : number;
    }

    /**
     * The rights that a cgroup has.
     *
     * @param list its {@code devices.list}. Where all is allowed, it does not tell the exceptions
     * @throws IllegalArgumentException if it is none
     */
    public static DeviceAccess ofList(String list) {
        var access = new DeviceAccess(false);
        for (String line : list.split("\n", -1)) {
            if (line.startsWith("a ")) {
                access.reset(true);
            } else if (!line.isEmpty()) {
                access.applyLine(true, line);
            }
        }
        return access;
    }

    private void applyLine(boolean allow, String line) {
        String[] words = line.split("[ :]", -1);
        if (words.length != 4 || words[0].length() != 1) {
            throw new IllegalArgumentException("not a line of devices.list: " + line);
        }
        var id = new DeviceId(words[0].charAt(0), parse(words[1]), parse(words[2]));
        apply(allow, id, words[3]);
    }

    private static long parse(String word) {
        return word.equals("*") ? DeviceId.ALL : Long.parseLong(word);
    }

    private void reset(boolean everything) {
        this.everything = everything;
        exceptions.clear();
    }

    private void apply(boolean allow, DeviceId id, String access) {
        if (allow == everything) {
            refuseHole(id, access);
            keep(id, without(exceptions.getOrDefault(id, ""), access));
        } else {
            keep(id, union(exceptions.getOrDefault(id, ""), access));
        }
    }

    /**
     * The kernel takes back exactly what was given; a part of a wildcard it would keep silently.
     */
    private void refuseHole(DeviceId id, String access) {
        exceptions.forEach((wider, given) -> {
            if (!wider.equals(id) && wider.covers(id) && !without(given, access).equals(given)) {
                throw new InvalidArgument(
                        "linux.resources.devices: cannot take \""
                                + id
                                + " "
                                + access
                                + "\" out of the wildcard \""
                                + wider
                                + " "
                                + given
                                + "\" of an earlier rule");
            }
        });
    }

    private void keep(DeviceId id, String access) {
        if (access.isEmpty()) {
            exceptions.remove(id);
        } else {
            exceptions.put(id, access);
        }
    }

    /** Letters of the first that are not in the second, in the kernel's order. */
    private static String without(String access, String removed) {
        return letters(letter -> access.indexOf(letter) >= 0 && removed.indexOf(letter) < 0);
    }

    private static String union(String one, String other) {
        return letters(letter -> one.indexOf(letter) >= 0 || other.indexOf(letter) >= 0);
    }

    private static String letters(java.util.function.IntPredicate wanted) {
        var kept = new StringBuilder();
        ALL_ACCESS.chars().filter(wanted).forEach(letter -> kept.append((char) letter));
        return kept.toString();
    }

    /** Whether everything is allowed but the exceptions, rather than nothing. */
    public boolean everything() {
        return everything;
    }

    /** What is different from the rest: the devices, and letters of {@code rwm}. */
    Map<DeviceId, String> exceptions() {
        return java.util.Collections.unmodifiableSortedMap(exceptions);
    }

    /** The exceptions as systemd's {@code DeviceAllow=} names devices, with their access. */
    public Map<String, String> unitDevices() {
        SortedMap<String, String> named = new TreeMap<>();
        exceptions.forEach((id, access) -> named.put(id.unitName(), access));
        return named;
    }

    /**
     * One line for {@code devices.allow} or {@code devices.deny}.
     *
     * @param allow which of them
     * @param line what is written
     */
    public record Change(boolean allow, String line) {}

    /**
     * The fewest changes from these rights to others. What both have is not touched in between, so
     * that a process that uses it meanwhile is never refused.
     */
    public List<Change> changesTo(DeviceAccess target) {
        List<Change> changes = new ArrayList<>();
        SortedMap<DeviceId, String> present = exceptions;
        if (everything || target.everything) {
            // The exceptions from everything cannot be read back, so it begins anew.
            changes.add(new Change(target.everything, "a"));
            present = new TreeMap<>();
        }
        for (Map.Entry<DeviceId, String> old : present.entrySet()) {
            String lost = without(old.getValue(), target.exceptions.getOrDefault(old.getKey(), ""));
            add(changes, target.everything, old.getKey(), lost);
        }
        for (Map.Entry<DeviceId, String> wanted : target.exceptions.entrySet()) {
            String gained = without(wanted.getValue(), present.getOrDefault(wanted.getKey(), ""));
            add(changes, !target.everything, wanted.getKey(), gained);
        }
        return changes;
    }

    private static void add(List<Change> changes, boolean allow, DeviceId id, String access) {
        if (!access.isEmpty()) {
            changes.add(new Change(allow, id + " " + access));
        }
    }
}
