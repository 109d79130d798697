package jong.manager.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.snapshots.Mount;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.Container;
import jong.runtime.ContainerRuntime;
import jong.runtime.ContainerSetup;
import jong.runtime.monitor.OutputLog;
import jong.runtime.plan.Rootfs;
import jong.wire.status.StatusException.InvalidArgument;

/** Tasks on this machine, run by Jong's own runtime. Thread-safe. */
public final class LocalTasks implements Tasks {

    private final ContainerRuntime runtime;

    /** Tasks that exist; an entry goes when its task is deleted. */
    private final Map<String, Task> tasks = new ConcurrentHashMap<>();

    /**
     * @param runtime makes the containers; stays the caller's
     */
    public LocalTasks(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Task create(CreateTask request) {
        boolean terminal = request.spec().process().map(ProcessSpec::terminal).orElse(false);
        if (terminal != request.stdio().terminal()) {
            throw new InvalidArgument(
                    "task " + request.id() + ": process.terminal and stdio do not agree");
        }
        LogFile log = request.log();
        var setup =
                new ContainerSetup(
                        request.id(),
                        request.spec(),
                        Path.of("/"),
                        rootfs(request),
                        request.entries(),
                        request.stdio().stdin(),
                        log == null ? Optional.empty() : Optional.of(outputLog(log)));
        return remember(runtime.create(setup));
    }

    private static OutputLog outputLog(LogFile log) {
        return new OutputLog(log.path(), log.maxBytes(), log.maxFiles(), log.attrsJson());
    }

    private static Rootfs rootfs(CreateTask request) {
        Path target = Path.of(request.spec().rootPath());
        if (request.rootfs().isEmpty()) {
            return new Rootfs.Directory(target);
        }
        Mount mount = request.rootfs().getFirst();
        if (request.rootfs().size() == 1 && mount.type().equals("bind")) {
            return new Rootfs.Directory(Path.of(mount.source()));
        }
        if (request.rootfs().size() == 1 && mount.type().equals("overlay")) {
            return overlay(mount.options(), target);
        }
        throw new InvalidArgument("cannot make a root filesystem of " + request.rootfs());
    }

    /** Directory names come from the snapshotter; a colon in one is written {@code \:}. */
    private static Rootfs overlay(List<String> options, Path target) {
        List<String> lowers = List.of();
        String upper = "";
        String work = "";
        List<String> others = new ArrayList<>();
        for (String option : options) {
            String value = option.substring(option.indexOf('=') + 1);
            if (option.startsWith("lowerdir=")) {
                lowers = unescape(List.of(value.split("(?<!\\\\):", -1)));
            } else if (option.startsWith("upperdir=")) {
                upper = value;
            } else if (option.startsWith("workdir=")) {
                work = value;
            } else {
                others.add(option);
            }
        }
        return new Rootfs.Overlay(lowers, upper, work, target, others);
    }

    private static List<String> unescape(List<String> directories) {
        return directories.stream().map(d -> d.replace("\\:", ":")).toList();
    }

    private LocalTask remember(Container container) {
        var task = new LocalTask(container, () -> tasks.remove(container.id()));
        tasks.put(container.id(), task);
        return task;
    }

    @Override
    public Optional<Task> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    @Override
    public List<Task> recover() {
        List<Task> recovered = new ArrayList<>();
        runtime.recover().forEach(container -> recovered.add(remember(container)));
        return recovered;
    }
}
