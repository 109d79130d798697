package jong.runtime.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.MountSpec;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;

/**
 * A part of the host's tree that a container's configuration shows in the container.
 *
 * @param destination where, absolute in the container's root; may lead through symbolic links
 * @param source what, absolute on the host
 */
public record HostMount(String destination, Path source) {

    /**
     * Those of a configuration, in its order: binds, and on cgroup v1 the container's groups, where
     * it has no cgroup namespace of its own.
     *
     * @param bundle what relative sources start from
     * @param rootfs the container's root on the host
     * @param cgroup the container's groups
     */
    public static List<HostMount> of(Spec spec, Path bundle, Path rootfs, CgroupPlacement cgroup) {
        boolean groups =
                !cgroup.unified() && !spec.linux().namespaces().containsKey(NamespaceType.CGROUP);
        List<HostMount> all = new ArrayList<>();
        for (MountSpec mount : spec.mounts()) {
            String destination = MountOperations.destination(mount, rootfs);
            if (isBind(mount)) {
                all.add(new HostMount(destination, bundle.resolve(mount.source())));
            } else if (groups && mount.type().equals("cgroup")) {
                for (CgroupView view : cgroup.views()) {
                    all.add(new HostMount(destination + "/" + view.directory(), view.hostPath()));
                }
            }
        }
        return all;
    }

    /** Whether a mount shows a part of the host's tree, and is no filesystem of its own. */
    public static boolean isBind(MountSpec mount) {
        return MountOperations.isBind(mount) && !mount.options().contains("remount");
    }

    /**
     * The device nodes, each of which is a mount of the host's where the container may make none.
     */
    public static List<HostMount> devices(Spec spec) {
        return DeviceOperations.all(spec).keySet().stream()
                .map(path -> new HostMount(path, Path.of(path)))
                .toList();
    }
}
