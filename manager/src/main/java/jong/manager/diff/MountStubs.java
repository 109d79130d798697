package jong.manager.diff;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.Stat;

/**
 * The files that the engine itself puts into a container's tree: places to mount on, and what
 * programs expect to find. dockerd keeps them in a layer of their own below the container's ({@code
 * setupInitLayer}); here they lie among the container's files, and are known by their paths and by
 * being as they were made.
 */
final class MountStubs {

    private static final Set<String> DIRECTORIES =
            Set.of("dev", "dev/pts", "dev/shm", "etc", "proc", "sys");
    private static final Set<String> FILES =
            Set.of(".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf");
    private static final Map<String, String> LINKS = Map.of("etc/mtab", "/proc/mounts");

    private MountStubs() {}

    /** Whether a directory is a stub, or was made, or changed, to hold one. */
    static boolean isDirectory(String path) {
        return DIRECTORIES.contains(path);
    }

    /** Whether a file that is no directory is as the engine made it. */
    static boolean isUntouched(String path, Stat stat, Directory parent, String name)
            throws IOException {
        return switch (stat.type()) {
            case REGULAR -> FILES.contains(path) && stat.size() == 0;
            case SYMLINK ->
                    LINKS.containsKey(path) && parent.readSymlink(name).equals(LINKS.get(path));
            default -> false;
        };
    }

    /** Whether the engine makes a file of that path. */
    static boolean contains(String path) {
        return DIRECTORIES.contains(path) || FILES.contains(path) || LINKS.containsKey(path);
    }
}
