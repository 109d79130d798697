package jong.runtime.plan;

import java.util.Map;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.NamespaceType;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * Refuses settings of namespaces that the container does not have, or that contradict each other.
 */
final class NamespaceRules {

    /** The kernel's IFNAMSIZ, without the final NUL. */
    private static final int LONGEST_INTERFACE_NAME = 15;

    private NamespaceRules() {}

    static void check(LinuxSpec linux, boolean noPivot) {
        Map<NamespaceType, String> namespaces = linux.namespaces();
        checkUser(linux, namespaces.get(NamespaceType.USER));
        checkTime(linux, namespaces.get(NamespaceType.TIME));
        checkNetDevices(linux, namespaces.containsKey(NamespaceType.NETWORK));
        if (noPivot && linux.rootfsPropagation().endsWith("private")) {
            throw new InvalidArgument(
                    "rootfsPropagation of [r]private is not safe without pivot_root");
        }
    }

    private static void checkUser(LinuxSpec linux, @Nullable String path) {
        boolean uids = !linux.uidMappings().isEmpty();
        boolean gids = !linux.gidMappings().isEmpty();
        if (path == null && (uids || gids)) {
            throw new InvalidArgument(
                    "user namespace mappings specified, but user namespace isn't enabled in the"
                            + " config");
        }
        if (path != null && path.isEmpty() && !(uids && gids)) {
            throw new InvalidArgument(
                    "user namespaces enabled, but no namespace path to join nor mappings to apply"
                            + " specified");
        }
    }

    private static void checkTime(LinuxSpec linux, @Nullable String path) {
        if (linux.timeOffsets().isEmpty()) {
            return;
        }
        if (path == null) {
            throw new InvalidArgument(
                    "time namespace offsets specified, but time namespace isn't enabled in the"
                            + " config");
        }
        if (!path.isEmpty()) {
            throw new InvalidArgument(
                    "time namespace enabled, but both namespace path and time offsets specified --"
                            + " you may only provide one");
        }
    }

    private static void checkNetDevices(LinuxSpec linux, boolean network) {
        if (!linux.netDevices().isEmpty() && !network) {
            throw new InvalidArgument("unable to move network devices without a NET namespace");
        }
        linux.netDevices()
                .forEach((outside, inside) -> {
                    requireInterfaceName(outside);
                    requireInterfaceName(inside);
                });
    }

    private static void requireInterfaceName(String name) {
        boolean sound =
                !name.isEmpty()
                        && name.length() <= LONGEST_INTERFACE_NAME
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().noneMatch(c -> c == '/' || c == ':' || c <= ' ');
        if (!sound) {
            throw new InvalidArgument("invalid network device name \"" + name + "\"");
        }
    }
}
