package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Options of the local driver: what to mount on a volume's directory while it is in use.
 *
 * @param type the file system, such as {@code tmpfs} or {@code nfs}; empty for a plain directory
 * @param device what to mount
 * @param options mount options, separated by commas
 */
record VolumeOptions(String type, String device, String options) {

    private static final Set<String> KNOWN = Set.of("type", "o", "device");

    /**
     * Checks and reads the options of a volume.
     *
     * @throws InvalidArgument with docker's texts
     */
    static VolumeOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (name.equals("size")) {
                throw new InvalidArgument("quota size requested but no quota support");
            }
            if (!KNOWN.contains(name)) {
                throw new InvalidArgument("invalid option: \"" + name + "\"");
            }
        }
        var result =
                new VolumeOptions(
                        options.getOrDefault("type", ""),
                        options.getOrDefault("device", ""),
                        options.getOrDefault("o", ""));
        if (!result.type.isEmpty() && result.device.isEmpty()) {
            throw new InvalidArgument("missing required option: \"device\"");
        }
        if (!result.device.isEmpty() && result.type.isEmpty()) {
            throw new InvalidArgument("missing required option: \"type\"");
        }
        return result;
    }

    boolean needsMount() {
        return !device.isEmpty();
    }

    /** Mounts on {@code target}. */
    void mountOn(Path target) throws IOException {
        Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
        List<String> data = new ArrayList<>();
        boolean bind = false;
        boolean recursive = false;
        for (String option : options.split(",")) {
            Optional<MountFlag> flag = flag(option);
            if (option.equals("bind") || option.equals("rbind")) {
                bind = true;
                recursive = option.equals("rbind");
            } else if (flag.isPresent()) {
                flags.add(flag.get());
            } else if (!option.isEmpty() && !option.equals("rw")) {
                data.add(option);
            }
        }
        if (!bind) {
            Mounts.mount(device, target, type, flags, String.join(",", data));
            return;
        }
        Mounts.bind(Path.of(device), target, recursive);
        if (!flags.isEmpty()) {
            Mounts.remountBind(target, flags);
        }
    }

    private static Optional<MountFlag> flag(String option) {
        return switch (option) {
            case "ro" -> Optional.of(MountFlag.READ_ONLY);
            case "nosuid" -> Optional.of(MountFlag.NO_SUID);
            case "nodev" -> Optional.of(MountFlag.NO_DEV);
            case "noexec" -> Optional.of(MountFlag.NO_EXEC);
            case "noatime" -> Optional.of(MountFlag.NO_ATIME);
            default -> Optional.empty();
        };
    }
}
