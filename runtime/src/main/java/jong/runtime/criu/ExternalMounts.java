package jong.runtime.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.HostMount;

/**
 * The mounts of a container that are not its own: parts of the host's tree. A dump names them, a
 * restoration is told what each name stands for. As with runc, a name is the place in the
 * container, so that images of one can be restored by the other.
 *
 * @param spec the container's configuration
 * @param bundle what relative sources start from
 * @param rootfs the container's root on the host
 */
public record ExternalMounts(Spec spec, Path bundle, Path rootfs) {

    private static final String MASK = "/dev/null";

    /** Names them. */
    public void dump(CriuOptions options, CgroupPlacement cgroup, int pid) throws IOException {
        for (HostMount mount : all(cgroup)) {
            String place = ScopedPath.resolve(rootfs, mount.destination());
            options.withExternalMount(place, place);
        }
        Path root = Path.of("/proc", Integer.toString(pid), "root");
        for (String masked : spec.linux().maskedPaths()) {
            Path file = root.resolve(Path.of("/").relativize(Path.of("/").resolve(masked)));
            if (Files.exists(file) && !Files.isDirectory(file)) {
                options.withExternalMount(masked, MASK);
            }
        }
    }

    /** Tells what they are. */
    public void restore(CriuOptions options, CgroupPlacement cgroup) throws IOException {
        for (HostMount mount : all(cgroup)) {
            String place = ScopedPath.resolve(rootfs, mount.destination());
            options.withExternalMount(place, mount.source().toString());
        }
        if (!spec.linux().maskedPaths().isEmpty()) {
            options.withExternalMount(MASK, MASK);
        }
    }

    private List<HostMount> all(CgroupPlacement cgroup) {
        List<HostMount> all = new ArrayList<>(HostMount.of(spec, bundle, rootfs, cgroup));
        all.addAll(HostMount.devices(spec));
        return all;
    }
}
