package jong.manager.tasks;

import java.util.List;
import jong.manager.snapshots.Mount;
import jong.oci.runtime.Spec;
import jong.runtime.plan.RootEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a task is made from.
 *
 * @param id {@code [A-Za-z0-9_+.-]+}, unique among the tasks
 * @param spec the OCI runtime configuration; {@code root.path} is where the root filesystem is
 *     mounted inside the container's own mount namespace (an existing empty directory), or the root
 *     filesystem itself when {@code rootfs} is empty
 * @param rootfs what a snapshotter gave: one overlay or one bind, or nothing
 * @param entries what the root filesystem gets besides, when the task starts
 * @param stdio what the first process's stdin, stdout and stderr are
 * @param log where its output is written, or null for nowhere
 */
public record CreateTask(
        String id,
        Spec spec,
        List<Mount> rootfs,
        List<RootEntry> entries,
        Stdio stdio,
        @Nullable LogFile log) {

    public CreateTask {
        rootfs = List.copyOf(rootfs);
        entries = List.copyOf(entries);
    }
}
