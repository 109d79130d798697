package jong.runtime.cgroups;

import java.io.IOException;
import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;

/**
 * The control groups of one container: one on cgroup v2, one in each hierarchy on v1.
 *
 * <p>Life cycle: {@link #create}, processes join through the files of {@link #placement}, {@link
 * #remove} after the last one ended. Safe for several threads, as far as the kernel is; calls that
 * freeze and thaw should come from one at a time.
 */
public sealed interface ContainerCgroup permits LegacyCgroup, UnifiedCgroup {

    /** The path within the hierarchies, such as {@code /jong/ID}. */
    String path();

    /**
     * Makes the groups and sets the limits.
     *
     * @throws IOException if the kernel refuses, or a group exists and has processes
     * @throws jong.wire.status.StatusException.InvalidArgument if a limit cannot be had here
     */
    void create(LinuxResources resources) throws IOException;

    /** What a plan needs to put processes into the groups and to show them. */
    CgroupPlacement placement();

    /** Sets those limits that are given. */
    void update(LinuxResources resources) throws IOException;

    /** All processes, also those in groups below. */
    List<Integer> pids() throws IOException;

    /** Stops all processes where they are; returns when they stand. */
    void freeze() throws IOException;

    /** Lets them go on. */
    void thaw() throws IOException;

    /** Whether they are stopped. */
    boolean frozen() throws IOException;

    /** Sends a signal to all processes; after SIGKILL no new ones can come. */
    void signalAll(int signo) throws IOException;

    /** What was used so far. */
    CgroupUsage usage() throws IOException;

    /** How many processes were killed for lack of memory. */
    long oomKills() throws IOException;

    /** Kills what is left and removes the groups; nothing when they do not exist. */
    void remove() throws IOException;
}
