package jong.runtime.validate;

import static jong.oci.runtime.NamespaceType.CGROUP;
import static jong.oci.runtime.NamespaceType.MOUNT;
import static jong.oci.runtime.NamespaceType.NETWORK;
import static jong.oci.runtime.NamespaceType.TIME;
import static jong.oci.runtime.NamespaceType.USER;
import static jong.oci.runtime.NamespaceType.UTS;

import java.util.Map;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** What needs a namespace of the container's own, and which namespaces go together. */
final class NamespaceRules {

    /** The kernel's IFNAMSIZ, without the final NUL. */
    private static final int LONGEST_INTERFACE = 15;

    private NamespaceRules() {}

    static void check(Spec spec) {
        LinuxSpec linux = spec.linux();
        Map<NamespaceType, String> namespaces = linux.namespaces();
        checkNetworkDevices(linux.json().object("netDevices"), namespaces);
        require(
                namespaces.containsKey(UTS) || spec.hostname().isEmpty(),
                "unable to set hostname without a private UTS namespace");
        require(
                namespaces.containsKey(UTS) || spec.domainname().isEmpty(),
                "unable to set domainname without a private UTS namespace");
        require(
                namespaces.containsKey(MOUNT)
                        || (linux.maskedPaths().isEmpty() && linux.readonlyPaths().isEmpty()),
                "unable to restrict sys entries without a private MNT namespace");
        checkUser(linux, namespaces);
        checkTime(linux, namespaces);
    }

    private static void checkUser(LinuxSpec linux, Map<NamespaceType, String> namespaces) {
        boolean uids = !linux.uidMappings().isEmpty();
        boolean gids = !linux.gidMappings().isEmpty();
        if (!namespaces.containsKey(USER)) {
            require(
                    !uids && !gids,
                    "user namespace mappings specified, but user namespace isn't enabled in the"
                            + " config");
            return;
        }
        require(
                (uids && gids) || isJoined(namespaces, USER),
                "user namespaces enabled, but no namespace path to join nor mappings to apply"
                        + " specified");
    }

    private static void checkTime(LinuxSpec linux, Map<NamespaceType, String> namespaces) {
        if (!linux.json().has("timeOffsets")) {
            return;
        }
        require(
                namespaces.containsKey(TIME),
                "time namespace offsets specified, but time namespace isn't enabled in the"
                        + " config");
        require(
                !isJoined(namespaces, TIME),
                "time namespace enabled, but both namespace path and time offsets specified -- you"
                        + " may only provide one");
    }

    private static boolean isJoined(Map<NamespaceType, String> namespaces, NamespaceType type) {
        return !namespaces.getOrDefault(type, "").isEmpty();
    }

    private static void checkNetworkDevices(
            JsonObject devices, Map<NamespaceType, String> namespaces) {
        require(
                devices.isEmpty() || namespaces.containsKey(NETWORK),
                "unable to move network devices without a NET namespace");
        for (String name : devices.keySet()) {
            checkInterface(name);
            String inside = devices.object(name).string("name");
            if (!inside.isEmpty()) {
                checkInterface(inside);
            }
        }
    }

    private static void checkInterface(String name) {
        require(
                !name.isEmpty()
                        && name.length() <= LONGEST_INTERFACE
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().noneMatch(c -> c == '/' || c == ':' || c <= ' '),
                "invalid network device name \"" + name + '"');
    }

    static void checkAgainst(Host host, LinuxSpec linux) {
        Map<NamespaceType, String> namespaces = linux.namespaces();
        for (NamespaceType type : new NamespaceType[] {USER, CGROUP, TIME}) {
            require(
                    !namespaces.containsKey(type) || host.hasNamespace(type.file()),
                    type.word() + " namespaces aren't enabled in the kernel");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new InvalidArgument(otherwise);
        }
    }
}
