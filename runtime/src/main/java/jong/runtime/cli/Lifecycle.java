package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import jong.runtime.cgroups.ContainerCgroup;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;

/** The commands that change a container that exists. */
final class Lifecycle {

    private static final int SIGKILL = 9;

    private Lifecycle() {}

    static int start(Session session, Arguments arguments) throws IOException {
        StateDirectory directory = session.root().directory(arguments.id());
        var notification = Notification.ofCaller(session, directory);
        Instance instance;
        try (StateDirectory.Lock _ = directory.lock()) {
            instance = session.instance(arguments.id());
            String status = instance.status();
            switch (status) {
                case "created" -> {
                    notification.listen();
                    session.front().startFifo(instance.directory().fifo().toString());
                    java.nio.file.Files.deleteIfExists(instance.directory().fifo());
                    instance.runPoststart();
                }
                case "stopped" -> throw new Conflict("cannot start a container that has stopped");
                case "running" -> throw new Conflict("cannot start an already running container");
                default ->
                        throw new Conflict("cannot start a container in the " + status + " state");
            }
        }
        notification.await(instance.state().process());
        return 0;
    }

    /** Takes no lock: what hangs must be reachable. */
    static int kill(Session session, Arguments arguments) throws IOException {
        List<String> words = arguments.words();
        int signo = Signals.number(words.size() > 1 ? words.get(1) : "SIGTERM");
        Instance instance = session.instance(arguments.id());
        try {
            if (signo == SIGKILL && !instance.state().ownPids()) {
                killAll(instance);
            } else if (!instance.state().alive()) {
                throw new Conflict("container not running");
            } else {
                instance.signal(signo);
                if (signo == SIGKILL) {
                    instance.letDie();
                }
            }
        } catch (Conflict e) {
            if (!arguments.has("all")) {
                throw e;
            }
        }
        return 0;
    }

    /** Without process ids of its own the first process's end does not end the others. */
    private static void killAll(Instance instance) throws IOException {
        if (!instance.state().alive() && instance.cgroup().pids().isEmpty()) {
            throw new Conflict("container not running");
        }
        instance.killProcesses();
    }

    static int delete(Session session, Arguments arguments) throws IOException {
        StateDirectory directory = session.root().directory(arguments.id());
        boolean force = arguments.has("force");
        try {
            if (directory.unfinished()) {
                removeUnfinished(session, directory, arguments.id());
            }
            if (force) {
                session.instance(arguments.id()).kill();
            }
            try (StateDirectory.Lock _ = directory.lock()) {
                delete(session.instance(arguments.id()), force);
            }
        } catch (NotFound e) {
            if (!force) {
                throw e;
            }
        } catch (JsonException e) {
            if (!force) {
                throw e;
            }
            session.log().warning(e.getMessage() + "; removing what its configuration names");
            removeUnreadable(session, directory, arguments.id());
        }
        return 0;
    }

    /** Whose state cannot be read. Unlike runc, which leaves it for ever: as crun does. */
    private static void removeUnreadable(Session session, StateDirectory directory, String id)
            throws IOException {
        try (StateDirectory.Lock _ = directory.lock()) {
            removeGroups(session, directory, id, true);
            directory.delete();
        }
    }

    /** A creation that is under way holds the lock: it is waited for. */
    private static void removeUnfinished(Session session, StateDirectory directory, String id)
            throws IOException {
        try (StateDirectory.Lock _ = directory.lock()) {
            if (directory.unfinished()) {
                removeGroups(session, directory, id, false);
                directory.delete();
            }
        }
    }

    /**
     * Those that its configuration names, with what runs in them if it was made; if not, they may
     * be another container's.
     */
    private static void removeGroups(
            Session session, StateDirectory directory, String id, boolean made) {
        try {
            ContainerCgroup cgroup = session.newCgroup(directory.spec().linux(), id);
            if (!made) {
                cgroup.refuseUsed();
            }
            cgroup.remove();
        } catch (NoSuchFileException e) {
            session.log().debug("it was cut short before it made cgroups: " + e.getMessage());
        } catch (IOException | StatusException | JsonException e) {
            session.log().warning("cleaning up: " + e.getMessage());
        }
    }

    private static void delete(Instance instance, boolean force) throws IOException {
        String status = instance.status();
        if (!force && !status.equals("stopped") && !status.equals("created")) {
            throw new Conflict(
                    "cannot delete container "
                            + instance.state().id()
                            + " that is not stopped: "
                            + status);
        }
        if (!status.equals("stopped")) {
            instance.kill();
        }
        instance.destroy();
    }

    static int pause(Session session, Arguments arguments) throws IOException {
        try (StateDirectory.Lock _ = session.root().directory(arguments.id()).lock()) {
            Instance instance = session.instance(arguments.id());
            String status = instance.status();
            if (!status.equals("running") && !status.equals("created")) {
                throw new Conflict("container not running");
            }
            instance.cgroup().freeze();
        }
        return 0;
    }

    static int resume(Session session, Arguments arguments) throws IOException {
        try (StateDirectory.Lock _ = session.root().directory(arguments.id()).lock()) {
            Instance instance = session.instance(arguments.id());
            if (!instance.status().equals("paused")) {
                throw new Conflict("container not paused");
            }
            instance.cgroup().thaw();
        }
        return 0;
    }
}
