package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import jong.engine.spec.MountPoint;
import jong.engine.spec.MountPoint.BindOptions;
import jong.linux.mounts.MountEntry;
import jong.linux.mounts.MountTable;
import jong.wire.status.StatusException.Internal;

/** What dockerd finds wrong with bind mounts only when a container is started. */
final class BindCheck {

    private BindCheck() {}

    /**
     * Checks a bind mount whose source exists.
     *
     * @return the mount, private if it would have been a slave only because it shows the engine's
     *     data, and the host has nothing to send it
     * @throws Internal with docker's text
     */
    static MountPoint check(MountPoint mount) {
        BindOptions how = mount.options().bind();
        if (mount.writable() && how.shallowReadOnly()) {
            throw conflict("!ReadOnly && BindOptions.ReadOnlyNonRecursive");
        }
        if (mount.writable() && how.forcedReadOnly()) {
            throw conflict("!ReadOnly && BindOptions.ReadOnlyForceRecursive");
        }
        if (how.shallowReadOnly() && how.forcedReadOnly()) {
            throw conflict("ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive");
        }
        boolean shared = mount.propagation().endsWith("shared");
        boolean slave = mount.propagation().endsWith("slave");
        return shared || slave ? propagating(mount, shared) : mount;
    }

    private static Internal conflict(String which) {
        return new Internal("mount options conflict: " + which);
    }

    private static MountPoint propagating(MountPoint mount, boolean shared) {
        MountEntry below = below(mount.source());
        boolean suits =
                below.optionalFields().stream()
                        .anyMatch(field ->
                                field.startsWith("shared:")
                                        || (!shared && field.startsWith("master:")));
        if (suits) {
            return mount;
        }
        if (!shared && !mount.options().bind().propagated()) {
            return mount.withPropagation("rprivate");
        }
        throw new Internal(
                "path %s is mounted on %s but it is not a %s mount"
                        .formatted(
                                mount.source(),
                                below.mountPoint(),
                                shared ? "shared" : "shared or slave"));
    }

    private static MountEntry below(String source) {
        try {
            return MountTable.read()
                    .showing(Path.of(source).toRealPath())
                    .orElseThrow(() -> new Internal("Can't find mount point of " + source));
        } catch (IOException e) {
            throw new Internal("cannot find the mount of " + source + ": " + e.getMessage(), e);
        }
    }
}
