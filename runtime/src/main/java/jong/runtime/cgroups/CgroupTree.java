package jong.runtime.cgroups;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;
import jong.linux.processes.PidFd;

/** What is done with a group and all groups below it. */
final class CgroupTree {

    private CgroupTree() {}

    /** The processes of the group and of those below; none when it does not exist. */
    static List<Integer> pids(Cgroup group) throws IOException {
        Set<Integer> pids = new LinkedHashSet<>();
        collect(group, pids);
        return List.copyOf(pids);
    }

    private static void collect(Cgroup group, Set<Integer> pids) throws IOException {
        try {
            pids.addAll(group.processes());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
        for (Cgroup child : group.children()) {
            collect(child, pids);
        }
    }

    /** Kills processes; those that are gone are no error. */
    static void kill(List<Integer> pids) {
        for (int pid : pids) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Sends a signal; processes that are gone are no error. */
    static void signal(List<Integer> pids, int signo) throws IOException {
        for (int pid : pids) {
            try (PidFd process = PidFd.open(pid)) {
                process.signal(signo);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ESRCH) {
                    throw e;
                }
            }
        }
    }

    /** Removes the group; a process that was killed a moment ago may still hold it. */
    static void remove(Cgroup group) throws IOException {
        Polling.until(
                "removing " + group.directory(),
                () -> {
                    try {
                        group.remove();
                        return true;
                    } catch (ErrnoException e) {
                        if (e.errno() == Errno.EBUSY) {
                            return false;
                        }
                        throw e;
                    }
                });
    }
}
