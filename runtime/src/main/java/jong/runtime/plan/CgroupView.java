package jong.runtime.plan;

import java.nio.file.Path;
import java.util.List;

/**
 * One hierarchy of control groups as a container sees it.
 *
 * @param directory its name below the mount of type {@code cgroup}: {@code cpu,cpuacct}; unused on
 *     cgroup v2
 * @param mountData the mount options that name it: {@code cpu,cpuacct}, {@code none,name=systemd};
 *     empty on v2
 * @param hostPath the container's own cgroup on the host
 */
public record CgroupView(String directory, String mountData, Path hostPath) {

    /** The single controllers' names, as links to a directory of several. */
    List<String> aliases() {
        return directory.indexOf(',') < 0 ? List.of() : List.of(directory.split(",", -1));
    }
}
