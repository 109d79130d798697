package jong.runtime.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The cgroup that a process is put into, as far as a plan needs it.
 *
 * @param joinFiles the files by which a process enters: {@code tasks} (v1), {@code cgroup.procs}
 * @param views what a mount of type {@code cgroup} shows
 * @param unified whether this is cgroup v2
 */
public record CgroupPlacement(List<String> joinFiles, List<CgroupView> views, boolean unified) {

    public CgroupPlacement {
        joinFiles = List.copyOf(joinFiles);
        views = List.copyOf(views);
    }

    /** The same, with groups of other kinds that are entered in the same way, after these. */
    public CgroupPlacement joining(List<String> files) {
        List<String> all = new ArrayList<>(joinFiles);
        all.addAll(files);
        return new CgroupPlacement(all, views, unified);
    }
}
