package jong.engine.containers;

import java.nio.file.Path;
import java.util.Set;
import jong.engine.spec.MountPoint;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Bind mounts of the engine's own data, or of what it lies in: a container with a private copy of
 * the mounts there would keep them from being taken away.
 */
final class DataRoot {

    private static final Set<String> SAFE = Set.of("rslave", "rshared");

    private DataRoot() {}

    /**
     * The mount, {@code rslave} if it shows the data and says nothing of propagation.
     *
     * @throws InvalidArgument with docker's text if it asks for a private copy
     */
    static MountPoint guard(MountPoint mount, Path root) {
        boolean bind = mount.type() == MountPoint.Kind.BIND;
        Path source = Path.of(mount.source());
        if (!bind || !(source.startsWith(root) || root.startsWith(source))) {
            return mount;
        }
        if (!mount.options().bind().propagated()) {
            return mount.withPropagation("rslave");
        }
        if (!SAFE.contains(mount.propagation())) {
            throw new InvalidArgument(
                    ("invalid mount config: must use either propagation mode \"rslave\" or"
                                    + " \"rshared\" when mount source is within the daemon root,"
                                    + " daemon root: \"%s\", bind mount source: \"%s\","
                                    + " propagation: \"%s\"")
                            .formatted(root, source, mount.propagation()));
        }
        return mount;
    }
}
