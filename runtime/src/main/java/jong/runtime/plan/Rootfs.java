package jong.runtime.plan;

import java.nio.file.Path;
import java.util.List;

/** Where a container's root filesystem comes from. */
public sealed interface Rootfs {

    /**
     * A directory on the host.
     *
     * @param path absolute
     */
    record Directory(Path path) implements Rootfs {}

    /**
     * An overlay that is mounted in the container's own mount namespace, so that the host never has
     * it.
     *
     * @param lowers the read-only layers, topmost first
     * @param upper where changes go, or empty for a read-only root
     * @param work overlayfs's work directory, or empty with {@code upper}
     * @param target an existing directory to mount it on
     * @param options further overlayfs options, such as {@code volatile}
     */
    record Overlay(
            List<String> lowers, String upper, String work, Path target, List<String> options)
            implements Rootfs {

        public Overlay {
            lowers = List.copyOf(lowers);
            options = List.copyOf(options);
        }
    }
}
