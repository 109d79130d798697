package jong.runtime.validate;

import static jong.oci.runtime.NamespaceType.IPC;
import static jong.oci.runtime.NamespaceType.NETWORK;
import static jong.oci.runtime.NamespaceType.USER;
import static jong.oci.runtime.NamespaceType.UTS;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.NamespaceType;
import jong.wire.status.StatusException.InvalidArgument;

/** Refuses kernel parameters that do not belong to a namespace of the container's own. */
final class SysctlRules {

    private static final Set<String> OF_IPC =
            Set.of(
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni",
                    "kernel.sem",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced");

    private SysctlRules() {}

    static void check(LinuxSpec linux) {
        Map<NamespaceType, String> namespaces = linux.namespaces();
        for (String name : linux.sysctl().keySet()) {
            String path = path(name);
            requireComponents(name, path);
            check(dotted(path), namespaces);
        }
    }

    private static void check(String name, Map<NamespaceType, String> namespaces) {
        if (OF_IPC.contains(name) || name.startsWith("fs.mqueue.")) {
            require(
                    namespaces.containsKey(IPC),
                    "sysctl \"" + name + "\" is not allowed in the hosts ipc namespace");
        } else if (name.startsWith("net.")) {
            require(namespaces.containsKey(NETWORK), onHostNetwork(name));
        } else if (name.startsWith("user.")) {
            require(
                    namespaces.containsKey(USER),
                    "setting ucounts without a user namespace not allowed: " + name);
        } else if (namespaces.containsKey(UTS) && name.equals("kernel.hostname")) {
            throw new InvalidArgument(
                    "sysctl \""
                            + name
                            + "\" is not allowed as it conflicts with the OCI \"hostname\" field");
        } else if (!namespaces.containsKey(UTS) || !name.equals("kernel.domainname")) {
            throw outside(name);
        }
    }

    /** A path may lead to the very namespace that we are in ourselves. */
    static void checkAgainst(Host host, LinuxSpec linux) {
        String network = linux.namespaces().getOrDefault(NETWORK, "");
        if (network.isEmpty()) {
            return;
        }
        for (String name : linux.sysctl().keySet()) {
            String dotted = dotted(path(name));
            if (dotted.startsWith("net.")) {
                require(!isOwn(host, network), onHostNetwork(dotted));
            }
        }
    }

    private static boolean isOwn(Host host, String network) {
        try {
            return host.isOwnNetwork(Path.of(network));
        } catch (IOException e) {
            throw new InvalidArgument("invalid netns path: " + e.getMessage(), e);
        }
    }

    private static String onHostNetwork(String name) {
        return "sysctl \"" + name + "\" not allowed in host network namespace";
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
        return dot >= 0 && (slash < 0 || dot < slash) ? exchanged(name) : name;
    }

    private static String dotted(String path) {
        return exchanged(path);
    }

    private static String exchanged(String name) {
        return name.replace('/', '\0').replace('.', '/').replace('\0', '.');
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new InvalidArgument(otherwise);
        }
    }
}
