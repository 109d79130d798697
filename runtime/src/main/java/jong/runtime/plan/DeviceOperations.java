package jong.runtime.plan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.oci.runtime.DeviceSpec;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** The nodes and links in a container's /dev. */
final class DeviceOperations {

    private static final int PERMISSIONS = 0_666;
    private static final List<DeviceSpec> DEFAULTS =
            List.of(
                    character("/dev/null", 1, 3),
                    character("/dev/random", 1, 8),
                    character("/dev/full", 1, 7),
                    character("/dev/tty", 5, 0),
                    character("/dev/zero", 1, 5),
                    character("/dev/urandom", 1, 9));

    private final Plan.Builder plan;

    DeviceOperations(Plan.Builder plan) {
        this.plan = plan;
    }

    /** Whether the whole /dev is a bind of another one, which is left as it is. */
    static boolean foreign(Spec spec) {
        return spec.mounts().stream()
                .filter(MountOperations::isBind)
                .anyMatch(m -> MountOperations.destination(m).equals("/dev"));
    }

    /** Adds them after the mounts. */
    void add(Spec spec) {
        all(spec).forEach(this::node);
        plan.add(OpCode.SYMLINK, "pts/ptmx", "/dev/ptmx");
        plan.add(OpCode.SYMLINK, "/proc/self/fd", "/dev/fd");
        plan.add(OpCode.SYMLINK, "/proc/self/fd/0", "/dev/stdin");
        plan.add(OpCode.SYMLINK, "/proc/self/fd/1", "/dev/stdout");
        plan.add(OpCode.SYMLINK, "/proc/self/fd/2", "/dev/stderr");
    }

    /** The nodes by their paths: the default ones, and those of the configuration. */
    static Map<String, DeviceSpec> all(Spec spec) {
        Map<String, DeviceSpec> devices = new LinkedHashMap<>();
        DEFAULTS.forEach(device -> devices.put(device.path(), device));
        spec.linux().devices().forEach(device -> devices.put(path(device), device));
        devices.remove("/dev/ptmx");
        return devices;
    }

    private void node(String path, DeviceSpec device) {
        Long mode = device.fileMode();
        plan.add(
                OpCode.MKNOD,
                path,
                typeBits(device) | (mode == null ? PERMISSIONS : mode.intValue() & 07777),
                device.major(),
                device.minor(),
                device.uid(),
                device.gid());
    }

    private static int typeBits(DeviceSpec device) {
        return switch (device.type()) {
            case "c", "u" -> 0_020_000;
            case "b" -> 0_060_000;
            case "p" -> 0_010_000;
            default ->
                    throw new InvalidArgument(
                            "invalid device type \"" + device.type() + "\" of " + device.path());
        };
    }

    private static String path(DeviceSpec device) {
        if (!device.path().startsWith("/")) {
            throw new InvalidArgument("device path is not absolute: " + device.path());
        }
        return Path.of(device.path()).normalize().toString();
    }

    private static DeviceSpec character(String path, long major, long minor) {
        return new DeviceSpec(
                new JsonObject()
                        .with("path", path)
                        .with("type", "c")
                        .with("major", major)
                        .with("minor", minor));
    }
}
