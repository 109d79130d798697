package jong.runtime.plan;

import java.util.List;

/**
 * The cgroup that a process is put into, as far as a plan needs it.
 *
 * @param joinFiles the {@code cgroup.procs} files that get the process's id
 * @param views what a mount of type {@code cgroup} shows
 * @param unified whether this is cgroup v2
 */
public record CgroupPlacement(List<String> joinFiles, List<CgroupView> views, boolean unified) {

    public CgroupPlacement {
        joinFiles = List.copyOf(joinFiles);
        views = List.copyOf(views);
    }
}
