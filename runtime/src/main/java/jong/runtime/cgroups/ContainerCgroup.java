package jong.runtime.cgroups;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.runtime.LinuxResources;
import jong.runtime.plan.CgroupPlacement;
import jong.wire.json.JsonObject;

/**
 * The control groups of one container: one on cgroup v2, one in each hierarchy on v1.
 *
 * <p>Life cycle: {@link #create}, processes join through the files of {@link #placement}, {@link
 * #remove} after the last one ended. Safe for several threads, as far as the kernel is; calls that
 * freeze and thaw should come from one at a time.
 *
 * <p>On v2, the device rules are not a file but a program in the plan of the container's process.
 */
public sealed interface ContainerCgroup
        permits LegacyCgroup, NoCgroup, SystemdCgroup, UnifiedCgroup {

    /** The path as it was asked for, such as {@code /jong/ID}; empty without a group. */
    String path();

    /**
     * Where the groups are: absolute directories by controller, as in runc's {@code state.json}
     * ({@code name=systemd} for a hierarchy without controllers; empty for version 2). A path alone
     * does not tell this to a program that is itself in other groups.
     */
    Map<String, String> directories();

    /**
     * Makes the groups and sets the limits.
     *
     * @throws IOException if the kernel refuses
     * @throws jong.wire.status.StatusException.Conflict if a group exists and has processes, or is
     *     frozen
     * @throws jong.wire.status.StatusException.InvalidArgument if a limit cannot be had here
     */
    default void create(LinuxResources resources) throws IOException {
        refuseUsed();
        fill(resources);
    }

    /**
     * The first part of {@link #create}: looks whether the groups are others'. Who may call {@link
     * #remove} before the groups are made calls this before anything that may fail.
     *
     * @throws jong.wire.status.StatusException.Conflict if they are; then they are not removed
     */
    void refuseUsed() throws IOException;

    /** The second part: makes what is missing, and sets the limits. */
    void fill(LinuxResources resources) throws IOException;

    /** Tells that the first process is in: what held the groups until then lets go. */
    default void joined() throws IOException {
        // Only groups that would vanish when empty are held.
    }

    /**
     * Lets a user of the host manage the groups below. On v1 nothing is done: a controller there
     * cannot be given away safely.
     */
    void delegate(long uid) throws IOException;

    /** What a plan needs to put processes into the groups and to show them. */
    CgroupPlacement placement();

    /**
     * The same for one more process.
     *
     * @param initPid the container's first process, which the new one follows where the container
     *     has divided its group, so that it cannot be entered itself (v2)
     * @param below {@code --cgroup} arguments of {@code exec}: {@code PATH}, or on v1 {@code
     *     CONTROLLER[,CONTROLLER…]:PATH}; each relative to the container's group. None is the group
     *     itself
     * @throws jong.wire.status.StatusException.InvalidArgument if one leaves the container's group
     */
    CgroupPlacement placement(int initPid, List<String> below) throws IOException;

    /** Sets those limits that are given. Device rules stay as they are. */
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

    /** The same as {@code runc events --stats} tells it: the member {@code data} of its event. */
    JsonObject stats() throws IOException;

    /** How many processes were killed for lack of memory. */
    long oomKills() throws IOException;

    /** Where the kernel tells of lack of memory; empty without such a group. */
    Optional<OomNotices> oomNotices() throws IOException;

    /**
     * Kills what is left and removes the groups; nothing when they do not exist, or when {@link
     * #refuseUsed} found that they are others'.
     */
    void remove() throws IOException;
}
