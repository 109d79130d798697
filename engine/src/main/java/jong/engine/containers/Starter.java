package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import jong.api.HostConfig;
import jong.engine.containers.StartFailure.Refused;
import jong.engine.spec.ContainerSpec;
import jong.engine.spec.MountPoint;
import jong.engine.spec.SpecRequest;
import jong.manager.snapshots.Mount;
import jong.manager.tasks.CreateTask;
import jong.manager.tasks.Stdio;
import jong.manager.tasks.Task;
import jong.oci.runtime.Spec;
import jong.runtime.plan.RootEntry;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotModified;
import org.jspecify.annotations.Nullable;

/**
 * Brings a container's process into being.
 *
 * <p>The order matters for time: addresses and the spec are made first, then the process; while it
 * makes its mounts, the network is attached from outside.
 */
final class Starter {

    /** By the first, programs see that they run in a container. */
    private static final List<RootEntry> ROOT_ENTRIES =
            List.of(
                    new RootEntry.EmptyFile("/.dockerenv", 0_755),
                    new RootEntry.Link("/etc/mtab", "/proc/mounts"));

    private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

    private final ContainerStore store;
    private final Collaborators world;
    private final MountPreparation mounts;
    private final Links links;
    private final Cleanups cleanups;

    Starter(ContainerStore store, Collaborators world, ContainerMounts mounts, Cleanups cleanups) {
        this.store = store;
        this.world = world;
        this.mounts = mounts.preparation();
        this.links = new Links(store, world.layout());
        this.cleanups = cleanups;
    }

    /**
     * Starts a container that does not run; the caller holds its operation lock. When this returns,
     * the command was executed and the state is durable. When it throws, the container is as
     * before, but for its error text and exit code, and nothing else is left.
     *
     * @return the running side, for who watches its end
     */
    Task start(Container container) {
        check(container);
        cleanups.await(container);
        try {
            Task task = run(container);
            world.events().publish("container", "start", container.id(), container.attributes());
            return task;
        } catch (RuntimeException e) {
            throw failed(container, e);
        }
    }

    private static void check(Container container) {
        switch (container.state().status()) {
            case PAUSED ->
                    throw new Conflict("cannot start a paused container, try unpause instead");
            case RUNNING -> throw new NotModified("container is already running");
            case REMOVING, DEAD ->
                    throw new Conflict("container is marked for removal and cannot be started");
            case CREATED, EXITED, RESTARTING -> {}
        }
    }

    private Task run(Container container) {
        NetworkAllocation network =
                world.networks()
                        .allocate(container.networkRequest().withLinked(links.hosts(container)));
        Task task = null;
        try {
            writeFiles(container, network);
            JsonObject settings;
            try (PreparedMounts prepared = mounts.prepare(container)) {
                task = create(container, prepared.mounts());
                settings = connect(task, network);
            }
            container.attachments().open(task);
            Instant began = execute(task);
            container.task(task);
            container.network(settings, network.state());
            container.state(container.state().started(task.pid(), began));
            store.save(container);
            links.tellParents(container);
            return task;
        } catch (RuntimeException e) {
            undo(container, task, e);
            throw e;
        }
    }

    /** Attaches the network while the process makes its mounts; returns when both are done. */
    private JsonObject connect(Task task, NetworkAllocation network) {
        var attaching =
                CompletableFuture.supplyAsync(
                        () -> world.networks().attach(network, task.pid()), VIRTUAL);
        RuntimeException refused = null;
        try {
            task.awaitReady();
        } catch (StatusException e) {
            refused = new Refused(StartFailure.ofContainer(message(e)), e);
        }
        try {
            JsonObject settings = attaching.join();
            if (refused == null) {
                return settings;
            }
        } catch (CompletionException e) {
            if (refused == null) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        throw refused;
    }

    private static Instant execute(Task task) {
        try {
            return task.start();
        } catch (StatusException e) {
            throw new Refused(StartFailure.ofContainer(message(e)), e);
        }
    }

    private Task create(Container container, List<MountPoint> points) {
        try {
            SpecRequest request = request(container, points);
            JsonObject spec = ContainerSpec.of(request);
            spec.object("root").put("path", world.layout().mountTarget().toString());
            return world.tasks()
                    .create(
                            new CreateTask(
                                    container.id(),
                                    new Spec(spec),
                                    mounts(container),
                                    ROOT_ENTRIES,
                                    new Stdio(
                                            container.config().openStdin(),
                                            container.config().tty()),
                                    LogOptions.of(container, world.layout())));
        } catch (Refused | InvalidArgument | Conflict | StatusException.NotFound e) {
            throw e;
        } catch (StatusException e) {
            throw new Refused(StartFailure.ofContainer(message(e)), e);
        }
    }

    private List<Mount> mounts(Container container) {
        try {
            return world.snapshots().mounts(container.id());
        } catch (IOException e) {
            throw new Internal(
                    "cannot mount container " + container.id() + ": " + e.getMessage(), e);
        }
    }

    private SpecRequest request(Container container, List<MountPoint> points) {
        HostConfig host = container.host();
        Boolean init = host.init();
        return new SpecRequest(
                container.id(),
                links.config(container),
                host,
                container.command(),
                points,
                files(container),
                joined(container),
                host.ipcMode().equals("host") ? Path.of("/dev/shm") : null,
                init != null && init ? world.layout().initProgram() : null,
                world.machine());
    }

    /** A container in another's network shares its hosts and resolv.conf, too. */
    private Path files(Container container) {
        Container donor = donor(container.host().networkMode());
        return world.layout().directory((donor == null ? container : donor).id());
    }

    private Map<String, Path> joined(Container container) {
        HostConfig host = container.host();
        Map<String, Path> paths = new HashMap<>();
        join(paths, "network", "net", "network", host.networkMode());
        join(paths, "pid", "pid", "PID", host.pidMode());
        join(paths, "ipc", "ipc", "IPC", host.ipcMode());
        return paths;
    }

    private void join(Map<String, Path> paths, String type, String link, String noun, String mode) {
        Container donor = donor(mode);
        if (donor == null) {
            return;
        }
        if (donor.pid() == 0) {
            throw new Conflict(
                    "cannot join " + noun + " of a non running container: " + donor.id());
        }
        paths.put(type, Path.of("/proc/" + donor.pid() + "/ns/" + link));
    }

    private @Nullable Container donor(String mode) {
        return mode.startsWith("container:")
                ? store.get(mode.substring("container:".length()))
                : null;
    }

    private void writeFiles(Container container, NetworkAllocation network) {
        if (container.host().networkMode().startsWith("container:")) {
            return;
        }
        Path directory = world.layout().directory(container.id());
        try {
            Files.writeString(directory.resolve("hosts"), network.hosts());
            Files.writeString(directory.resolve("resolv.conf"), network.resolvConf());
            Files.writeString(directory.resolve("hostname"), container.config().hostname() + "\n");
        } catch (IOException e) {
            throw new Internal(
                    "cannot write the network files of container "
                            + container.id()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        container.filesAreWritten();
    }

    private void undo(Container container, @Nullable Task task, RuntimeException cause) {
        container.attachments().close();
        container.task(null);
        List<Background.Work> steps =
                List.of(
                        () -> {
                            if (task != null) {
                                task.destroy();
                            }
                        },
                        () -> world.networks().release(container.id()),
                        () -> mounts.undo(container));
        for (Background.Work step : steps) {
            try {
                step.run();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** Notes the failure with the container, and turns it into the client's answer. */
    private RuntimeException failed(Container container, RuntimeException failure) {
        String text = message(failure);
        int code = StartFailure.exitCodeOf(failure);
        container.state(container.state().failed(code, text));
        try {
            store.save(container);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure instanceof Refused refused
                ? refused.failure().toException(failure)
                : failure;
    }

    private static String message(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
