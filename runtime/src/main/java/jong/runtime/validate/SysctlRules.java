package jong.runtime.plan;

import java.util.Map;
import java.util.Set;
import jong.oci.runtime.NamespaceType;
import jong.wire.status.StatusException.InvalidArgument;

/** Refuses kernel parameters that do not belong to a namespace of the container's own. */
final class Sysctls {

    private static final Set<String> IPC =
            Set.of(
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni",
                    "kernel.sem",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced");

    private Sysctls() {}

    /** Adds one operation for each parameter. */
    static void add(
            Map<String, String> sysctls, Map<NamespaceType, String> namespaces, Plan.Builder plan) {
        sysctls.forEach((name, value) -> {
            String path = path(name);
            requireComponents(name, path);
            check(path.replace('.', '\0').replace('/', '.').replace('\0', '/'), namespaces);
            plan.add(OpCode.SYSCTL, name, value);
        });
    }

    private static void check(String name, Map<NamespaceType, String> namespaces) {
        if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
            require(NamespaceType.IPC, name, namespaces);
        } else if (name.startsWith("net.")) {
            require(NamespaceType.NETWORK, name, namespaces);
        } else if (name.equals("kernel.domainname")) {
            require(NamespaceType.UTS, name, namespaces);
        } else if (name.equals("kernel.hostname")) {
            throw new InvalidArgument(
                    "sysctl \""
                            + name
                            + "\" is not allowed as it conflicts with the OCI \"hostname\" field");
        } else if (name.startsWith("user.")) {
            require(NamespaceType.USER, name, namespaces);
        } else {
            throw outside(name);
        }
    }

    private static void require(
            NamespaceType type, String name, Map<NamespaceType, String> namespaces) {
        if (!namespaces.containsKey(type)) {
            throw new InvalidArgument(
                    "sysctl \""
                            + name
                            + "\" is not allowed in the hosts "
                            + type.word()
                            + " namespace");
        }
    }

    /** What lies below {@code /proc/sys} is found by the path: it must not lead elsewhere. */
    private static void requireComponents(String name, String path) {
        for (String component : path.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                throw outside(name);
            }
        }
    }

    private static InvalidArgument outside(String name) {
        return new InvalidArgument("sysctl \"" + name + "\" is not in a separate kernel namespace");
    }

    /**
     * The first of dot and slash separates the components; the other then stands for a dot within
     * one (VLAN interfaces), as sysctl(8) has it.
     */
    private static String path(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        return dot >= 0 && (slash < 0 || dot < slash)
                ? name.replace('/', '\0').replace('.', '/').replace('\0', '.')
                : name;
    }
}
