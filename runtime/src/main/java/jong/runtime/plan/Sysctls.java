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
            check(dotted(name), namespaces);
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
            throw new InvalidArgument(
                    "sysctl \"" + name + "\" is not in a separate kernel namespace");
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

    /** A name may be written with slashes, then its dots belong to the names (VLAN interfaces). */
    private static String dotted(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        return slash >= 0 && (dot < 0 || slash < dot)
                ? name.replace('.', '\0').replace('/', '.').replace('\0', '/')
                : name;
    }
}
