package jong.runtime.cli;

import java.io.IOException;
import java.util.Optional;
import jong.oci.runtime.Spec;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.hooks.ContainerState;
import jong.runtime.hooks.Hooks;
import jong.runtime.monitor.MonitorException;
import jong.runtime.resctrl.ResctrlGroup;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/**
 * A container that exists, seen from one run of the program.
 *
 * @param session this run
 * @param directory its files
 * @param state what is kept of it
 */
record Instance(Session session, StateDirectory directory, State state) {

    private static final int SIGKILL = 9;
    private static final int ESRCH = 3;
    private static final int DEATH_PAUSE_MILLIS = 10;
    private static final int DEATH_PATIENCE_MILLIS = 10_000;

    ContainerCgroup cgroup() throws IOException {
        return session.cgroup(state);
    }

    /** The specification's word for how far it is (runtime.md), or {@code paused}. */
    String status() throws IOException {
        if (!state.alive()) {
            return "stopped";
        }
        if (cgroup().frozen()) {
            return "paused";
        }
        return directory.unstarted() ? "created" : "running";
    }

    /**
     * Sends a signal to its first process.
     *
     * @throws Conflict if that has ended
     */
    void signal(int signo) throws IOException {
        try {
            session.front().signal(state.process(), signo);
        } catch (MonitorException e) {
            throw e.number() == ESRCH
                    ? new Conflict("container not running")
                    : new Internal("unable to signal init: " + e.getMessage(), e);
        }
    }

    /** Ends all its processes and waits for the first one's end. */
    void kill() throws IOException {
        killProcesses();
        letDie();
        for (int waited = 0; state.alive(); waited += DEATH_PAUSE_MILLIS) {
            if (waited > DEATH_PATIENCE_MILLIS) {
                throw new Internal("container init still running");
            }
            pause();
        }
    }

    /**
     * Kills all its processes: those in its cgroup, where the end of the first does not end the
     * others; the first in any case, since an ordinary user's container may have no cgroup.
     */
    void killProcesses() throws IOException {
        if (!state.ownPids()) {
            cgroup().signalAll(SIGKILL);
        }
        if (state.alive()) {
            killFirst();
        }
    }

    /** A killed process that is frozen dies only when it goes on. */
    void letDie() throws IOException {
        if (state.alive() && cgroup().frozen()) {
            cgroup().thaw();
        }
    }

    private void killFirst() throws IOException {
        try {
            signal(SIGKILL);
        } catch (Conflict e) {
            session.log().debug("it has ended by itself: " + e.getMessage());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(DEATH_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs the {@code poststart} hooks; when one fails, the container is stopped.
     *
     * @throws Internal with the hook's failure
     */
    void runPoststart() throws IOException {
        try {
            hooks().poststart(state.pid());
        } catch (Internal e) {
            kill();
            throw e;
        }
    }

    /**
     * Ends it and removes what is left of it, unless another has done so by now: whoever made a
     * checkpoint, or deleted it.
     */
    void end() throws IOException {
        try (StateDirectory.Lock _ = directory.lock()) {
            kill();
            destroy();
        } catch (NotFound e) {
            session.log().debug("removed by another: " + e.getMessage());
        }
    }

    /** Removes what is left of it once it has ended, and runs its {@code poststop} hooks. */
    void destroy() throws IOException {
        Optional<Hooks> hooks = Optional.empty();
        try {
            hooks = Optional.of(hooks());
        } catch (IOException | JsonException e) {
            session.log().warning("no poststop hooks are run: " + e.getMessage());
        }
        cgroup().remove();
        removeFromResctrl();
        directory.delete();
        hooks.ifPresent(h -> h.poststop(session.log()::warning));
    }

    private void removeFromResctrl() throws IOException {
        try {
            Optional<ResctrlGroup> group = resctrl();
            if (group.isPresent()) {
                group.get().remove(state.resctrlMade());
            }
        } catch (JsonException e) {
            session.log().warning("no group of resctrl is removed: " + e.getMessage());
        }
    }

    /** Its group of resctrl, if it has one. */
    Optional<ResctrlGroup> resctrl() throws IOException {
        return session.resctrl(directory.spec().linux(), state.id());
    }

    private Hooks hooks() throws IOException {
        Spec spec = directory.spec();
        return new Hooks(ContainerState.of(state.id(), state.bundle(), spec), spec);
    }
}
