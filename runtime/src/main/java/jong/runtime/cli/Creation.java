package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.StartFailure;
import jong.runtime.cgroups.CgroupDelegation;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.hooks.ContainerState;
import jong.runtime.hooks.Hooks;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.ContainerRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.plan.RootEntry;
import jong.runtime.plan.Rootfs;
import jong.runtime.resctrl.ResctrlGroup;
import jong.runtime.validate.Host;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** The commands that make a container: {@code create} and {@code run}. */
final class Creation {

    private final Session session;
    private final Arguments arguments;
    private final boolean run;
    private final boolean detach;
    private final StateDirectory directory;
    private final Path bundle;
    private final Notification notification;
    private Optional<ResctrlGroup> resctrl = Optional.empty();
    private boolean resctrlMade;

    private Creation(Session session, Arguments arguments, boolean run) {
        this.session = session;
        this.arguments = arguments;
        this.run = run;
        this.detach = !run || arguments.has("detach");
        this.bundle = Path.of(arguments.value("bundle", "")).toAbsolutePath().normalize();
        this.directory = session.root().directory(arguments.id());
        this.notification = Notification.ofCaller(session, directory);
    }

    static int create(Session session, Arguments arguments) throws IOException {
        var creation = new Creation(session, arguments, false);
        creation.make();
        return 0;
    }

    static int run(Session session, Arguments arguments) throws IOException {
        var creation = new Creation(session, arguments, true);
        Instance instance = creation.make();
        if (creation.detach) {
            creation.notification.tryAwait(instance.state().process());
            return 0;
        }
        int code = session.front().foreground();
        if (!arguments.has("keep")) {
            instance.kill();
            instance.destroy();
        }
        return code;
    }

    private Instance make() throws IOException {
        byte[] config = readConfig();
        Spec spec = parse(config);
        SpecValidator.checkAgainst(Host.local(), spec);
        ProcessSpec process =
                spec.process()
                        .orElseThrow(
                                () -> new InvalidArgument("process property must not be empty"));
        Terminals.check(process.terminal(), detach, arguments);
        Path rootfs = rootfs(spec);
        session.root().create();
        directory.create();
        ContainerCgroup cgroup = null;
        try (StateDirectory.Lock _ = directory.lock()) {
            cgroup = session.newCgroup(spec.linux(), arguments.id());
            cgroup.refuseUsed();
            directory.writeSpec(config);
            resctrl = session.resctrl(spec.linux(), arguments.id());
            return launch(spec, rootfs, cgroup);
        } catch (IOException | RuntimeException e) {
            undo(cgroup, e);
            hooks(spec).poststop(session.log()::warning);
            throw e;
        }
    }

    private Hooks hooks(Spec spec) {
        return new Hooks(ContainerState.of(arguments.id(), bundle, spec), spec);
    }

    private byte[] readConfig() throws IOException {
        if (!Files.isDirectory(bundle)) {
            throw new NotFound("chdir " + bundle + ": no such file or directory");
        }
        try {
            return Files.readAllBytes(bundle.resolve("config.json"));
        } catch (NoSuchFileException e) {
            throw new NotFound("JSON specification file config.json not found", e);
        }
    }

    private static Spec parse(byte[] config) {
        try {
            return new Spec(Json.parseObject(config));
        } catch (JsonException e) {
            throw new InvalidArgument("config.json: " + e.getMessage(), e);
        }
    }

    private Path rootfs(Spec spec) {
        Path rootfs = bundle.resolve(spec.rootPath()).normalize();
        if (!Files.exists(rootfs)) {
            throw new InvalidArgument(
                    "invalid rootfs: stat " + rootfs + ": no such file or directory");
        }
        if (!Files.isDirectory(rootfs)) {
            throw new InvalidArgument("invalid rootfs: " + rootfs + " is not a directory");
        }
        return rootfs;
    }

    private Instance launch(Spec spec, Path rootfs, ContainerCgroup cgroup) throws IOException {
        int listened = ListenFds.count();
        Spec announced =
                notification.announce(listened == 0 ? spec : ListenFds.announce(spec, listened));
        Plan plan =
                PlanCompiler.container(
                        new ContainerRequest(
                                arguments.id(),
                                announced,
                                bundle,
                                new Rootfs.Directory(rootfs),
                                RootEntry.ofThisKernel(),
                                cgroup.placement().joining(resctrlFiles()),
                                session.filter(announced.linux()),
                                run ? "" : directory.fifo().toString(),
                                !arguments.has("no-new-keyring"),
                                listened + arguments.number("preserve-fds", 0),
                                arguments.has("no-pivot")));
        PlanLog.tell(plan, session.log());
        warnOfStrays(spec, cgroup);
        cgroup.fill(spec.linux().resources());
        CgroupDelegation.apply(spec, cgroup);
        if (resctrl.isPresent()) {
            resctrlMade = resctrl.get().create();
        }
        if (!run) {
            session.front().makeFifo(directory.fifo().toString());
        }
        var states = new ArrayList<State>(1);
        boolean terminal = spec.process().map(ProcessSpec::terminal).orElse(false);
        try {
            session.front()
                    .launch(
                            plan,
                            manner(terminal),
                            process -> states.add(keep(spec, rootfs, cgroup, process)));
            if (run) {
                notification.listen();
                session.front().start();
                hooks(spec).poststart(states.getFirst().pid());
            }
            PidFile.write(arguments, states.getFirst().pid());
        } catch (MonitorException e) {
            throw StartFailure.of(plan, e, cgroup);
        }
        return new Instance(session, directory, states.getFirst());
    }

    private List<String> resctrlFiles() {
        return resctrl.map(ResctrlGroup::joinFiles).orElse(List.of());
    }

    private void warnOfStrays(Spec spec, ContainerCgroup cgroup) {
        boolean ownPids = spec.linux().namespaces().containsKey(NamespaceType.PID);
        if (!ownPids && cgroup.placement().joinFiles().isEmpty()) {
            session.log()
                    .warning(
                            "Creating a rootless container with no cgroup and no private pid"
                                    + " namespace. Such configuration is strongly discouraged (as"
                                    + " it is impossible to properly kill all container's"
                                    + " processes)");
        }
    }

    private Front.Manner manner(boolean terminal) {
        return new Front.Manner(
                terminal && !detach,
                run && !detach && !arguments.has("no-subreaper"),
                arguments.value("console-socket", ""),
                arguments.value("pidfd-socket", ""));
    }

    private State keep(Spec spec, Path rootfs, ContainerCgroup cgroup, Front.Launched process)
            throws IOException {
        cgroup.joined();
        var state =
                new State(
                        spec.json().string("ociVersion"),
                        arguments.id(),
                        process.pid(),
                        process.startTime(),
                        Instant.now().toString(),
                        bundle,
                        rootfs,
                        cgroup.path(),
                        cgroup.directories(),
                        resctrlMade,
                        "".equals(spec.linux().namespaces().get(NamespaceType.PID)),
                        spec.json().object("annotations"));
        directory.writeState(state);
        return state;
    }

    /** What fails here is told beside the error that brought us here. */
    private void undo(@org.jspecify.annotations.Nullable ContainerCgroup cgroup, Exception cause) {
        List<Undoing> steps = new ArrayList<>();
        steps.add(session.front()::abort);
        Optional.ofNullable(cgroup).ifPresent(c -> steps.add(c::remove));
        resctrl.ifPresent(group -> steps.add(() -> group.remove(resctrlMade)));
        steps.add(directory::delete);
        for (Undoing step : steps) {
            try {
                step.run();
            } catch (IOException | StatusException e) {
                session.log().warning("cleaning up: " + e.getMessage());
                cause.addSuppressed(e);
            }
        }
    }

    /** A step back. */
    private interface Undoing {
        void run() throws IOException, Internal;
    }
}
