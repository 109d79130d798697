package jong.engine.spec;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** A container's device nodes and the list of devices that its cgroup may use. */
final class Devices {

    /** zero, null, urandom, random, tty, console; the runtime adds those that every one needs. */
    private static final int[][] DEFAULT = {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {5, 0}, {5, 1}};

    private static final Set<String> NOT_DEVICES =
            Set.of("pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console");

    private static final Pattern RULE =
            Pattern.compile("([acb]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");

    private static final int TYPE_BITS = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;

    private final List<JsonObject> nodes = new ArrayList<>();
    private final List<JsonObject> rules = new ArrayList<>();

    private Devices() {}

    /**
     * Reads the options, and the device nodes that they name.
     *
     * @throws InvalidArgument with docker's text if one is not there or not a device
     */
    static Devices of(HostConfig host) {
        var devices = new Devices();
        devices.rules.add(new JsonObject().with("allow", false).with("access", "rwm"));
        if (host.privileged()) {
            devices.rules.add(new JsonObject().with("allow", true).with("access", "rwm"));
            devices.addTree(Path.of("/dev"), Path.of("/dev"), "");
        } else {
            for (int[] number : DEFAULT) {
                devices.rules.add(rule("c", (long) number[0], (long) number[1], "rwm"));
            }
        }
        host.json().objects("Devices").forEach(devices::add);
        for (String text : host.json().strings("DeviceCgroupRules")) {
            devices.rules.add(parseRule(text));
        }
        return devices;
    }

    /** Nodes to make, for {@code linux.devices}. */
    List<JsonObject> nodes() {
        return nodes;
    }

    /** Access rules in order, for {@code linux.resources.devices}. */
    List<JsonObject> rules() {
        return rules;
    }

    /** Major and minor number of the device node at {@code path}, following symlinks. */
    static long[] numbers(Path path) throws IOException {
        long device = (long) Files.getAttribute(path, "unix:rdev");
        return new long[] {major(device), minor(device)};
    }

    private void add(JsonObject device) {
        Path source = Path.of(device.string("PathOnHost"));
        Path target = Path.of(device.string("PathInContainer", source.toString()));
        String access = device.string("CgroupPermissions", "rwm");
        if (Files.isDirectory(source)) {
            addTree(source, target, access);
            return;
        }
        try {
            JsonObject node = node(source.toRealPath(), target);
            if (node == null) {
                throw noDevice(source, "not a device node");
            }
            put(node, access);
        } catch (NoSuchFileException e) {
            throw noDevice(source, "no such file or directory");
        } catch (IOException e) {
            throw noDevice(source, String.valueOf(e.getMessage()));
        }
    }

    private static InvalidArgument noDevice(Path source, String reason) {
        return new InvalidArgument(
                "error gathering device information while adding custom device \""
                        + source
                        + "\": "
                        + reason);
    }

    /** Every device below a directory; an empty {@code access} adds nodes without rules. */
    private void addTree(Path source, Path target, String access) {
        try (Stream<Path> children = Files.list(source)) {
            for (Path child : children.sorted().toList()) {
                String name = String.valueOf(child.getFileName());
                if (Files.isDirectory(child, NOFOLLOW_LINKS)) {
                    if (!NOT_DEVICES.contains(name)) {
                        addTree(child, target.resolve(name), access);
                    }
                } else if (!NOT_DEVICES.contains(name)) {
                    JsonObject node = node(child, target.resolve(name));
                    if (node != null) {
                        put(node, access);
                    }
                }
            }
        } catch (IOException e) {
            throw noDevice(source, String.valueOf(e.getMessage()));
        }
    }

    private void put(JsonObject node, String access) {
        nodes.removeIf(old -> old.string("path").equals(node.string("path")));
        nodes.add(node);
        if (!access.isEmpty()) {
            long major = node.number("major");
            rules.add(rule(node.string("type"), major, node.number("minor"), access));
        }
    }

    private static @Nullable JsonObject node(Path source, Path target) throws IOException {
        Map<String, Object> stat = Files.readAttributes(source, "unix:*", NOFOLLOW_LINKS);
        int mode = (int) number(stat, "mode");
        int type = mode & TYPE_BITS;
        if (type != CHARACTER && type != BLOCK) {
            return null;
        }
        long device = number(stat, "rdev");
        return new JsonObject()
                .with("path", target.toString())
                .with("type", type == BLOCK ? "b" : "c")
                .with("major", major(device))
                .with("minor", minor(device))
                .with("fileMode", (long) (mode & ~TYPE_BITS))
                .with("uid", number(stat, "uid"))
                .with("gid", number(stat, "gid"));
    }

    private static long number(Map<String, Object> stat, String name) {
        return stat.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static JsonObject parseRule(String text) {
        Matcher matcher = RULE.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidArgument("invalid device cgroup rule format: '" + text + "'");
        }
        return rule(
                matcher.group(1),
                number(matcher.group(2)),
                number(matcher.group(3)),
                matcher.group(4));
    }

    /** A missing number stands for all. */
    private static @Nullable Long number(String text) {
        return text.equals("*") ? null : Long.valueOf(text);
    }

    private static JsonObject rule(
            String type, @Nullable Long major, @Nullable Long minor, String access) {
        var rule = new JsonObject().with("allow", true).with("type", type);
        if (major != null) {
            rule.with("major", major);
        }
        if (minor != null) {
            rule.with("minor", minor);
        }
        return rule.with("access", access);
    }

    // As the kernel packs them into dev_t for user space, makedev(3).
    private static long major(long device) {
        return (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | (device >>> 12 & ~0xffL & 0xffffffffL);
    }
}
