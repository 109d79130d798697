package jong.runtime.cgroups;

import java.io.IOException;
import java.util.List;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.MountSpec;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;

/** When a container's root gets the right to make groups below its own (config-linux.md). */
public final class CgroupDelegation {

    private static final String MOUNT_POINT = "/sys/fs/cgroup";

    private CgroupDelegation() {}

    /**
     * Gives the groups to the host's user that is the container's root, if the container has a
     * cgroup namespace of its own and sees its groups writable.
     */
    public static void apply(Spec spec, ContainerCgroup cgroup) throws IOException {
        if ("".equals(spec.linux().namespaces().get(NamespaceType.CGROUP)) && writable(spec)) {
            cgroup.delegate(rootOf(spec.linux()));
        }
    }

    private static boolean writable(Spec spec) {
        for (MountSpec mount : spec.mounts()) {
            if (mount.destination().equals(MOUNT_POINT)) {
                List<String> options = mount.options();
                return mount.type().startsWith("cgroup") && !options.contains("ro");
            }
        }
        return false;
    }

    private static long rootOf(LinuxSpec linux) {
        for (LinuxSpec.IdMapping mapping : linux.uidMappings()) {
            if (mapping.containerId() == 0) {
                return Integer.toUnsignedLong(mapping.hostId());
            }
        }
        return 0;
    }
}
