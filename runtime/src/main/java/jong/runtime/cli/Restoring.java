package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.runtime.StartFailure;
import jong.runtime.cgroups.CgroupDelegation;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.criu.CriuOptions;
import jong.runtime.criu.CriuRequest;
import jong.runtime.criu.ExternalMounts;
import jong.runtime.criu.ExternalNamespaces;
import jong.runtime.criu.MountPoints;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.OpCode;
import jong.runtime.plan.Plan;
import jong.runtime.resctrl.ResctrlGroup;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code restore}: criu makes processes again of the files of a checkpoint, in a
 * container that is made for them.
 */
final class Restoring {

    private static final int CHANGES_LABELS = 31_600;
    private static final String LOG = "restore.log";

    private final Session session;
    private final Arguments arguments;
    private final CriuArguments criu;
    private final boolean detach;
    private final StateDirectory directory;
    private final CriuProgram program;

    /** What criu gets open. */
    private final List<String> given = new ArrayList<>();

    private Optional<ResctrlGroup> resctrl = Optional.empty();
    private boolean resctrlMade;
    private @Nullable Partner partner;
    private @Nullable State state;

    private Restoring(Session session, Arguments arguments) {
        this.session = session;
        this.arguments = arguments;
        this.criu = new CriuArguments(arguments);
        this.detach = arguments.has("detach");
        this.directory = session.root().directory(arguments.id());
        this.program = new CriuProgram(session);
    }

    static int restore(Session session, Arguments arguments) throws IOException {
        Checkpointing.warnOrdinaryUser(session);
        return new Restoring(session, arguments).run();
    }

    private int run() throws IOException {
        Instance instance = make();
        if (detach) {
            return 0;
        }
        int code = session.front().foreground();
        instance.end();
        return code;
    }

    private Instance make() throws IOException {
        Bundle bundle = Bundle.read(arguments);
        Terminals.check(bundle.terminal(), detach, arguments);
        CriuOptions options = options(bundle);
        session.root().create();
        directory.create();
        var undoing = new Undoing(session.log());
        undoing.first(directory::delete);
        try (StateDirectory.Lock _ = directory.lock()) {
            ContainerCgroup cgroup = session.newCgroup(bundle.spec().linux(), arguments.id());
            undoing.first(this::removeResctrl);
            undoing.first(cgroup::remove);
            undoing.first(session.front()::abort);
            undoing.first(this::endPartner);
            cgroup.refuseUsed();
            bundle.keepConfig(directory);
            resctrl = session.resctrl(bundle.spec().linux(), arguments.id());
            State restored = restore(bundle, cgroup, options);
            PidFile.write(arguments, restored.pid());
            return new Instance(session, directory, restored);
        } catch (IOException | RuntimeException e) {
            undoing.run(e);
            bundle.hooks(arguments.id()).poststop(session.log()::warning);
            throw e;
        }
    }

    /** Those that are known before anything is made. */
    private CriuOptions options(Bundle bundle) throws IOException {
        List<String> stdio = criu.readStdio();
        int version = program.version();
        CriuOptions options =
                new CriuOptions()
                        .with(CriuOptions.Text.LOG_FILE, LOG)
                        .with(CriuOptions.Flag.RST_SIBLING, true)
                        .with(CriuOptions.Flag.EVASIVE_DEVICES, true);
        criu.apply(options, bundle.spec());
        label(options, CriuOptions.Text.LSM_PROFILE, "lsm-profile", version);
        label(options, CriuOptions.Text.LSM_MOUNT_CONTEXT, "lsm-mount-context", version);
        given.addAll(criu.directories());
        new ExternalNamespaces(bundle.spec(), version).restore(options, this::give);
        inheritPipes(options, stdio);
        return options;
    }

    private void label(CriuOptions options, CriuOptions.Text option, String flag, int version) {
        String label = arguments.value(flag, "");
        if (label.isEmpty()) {
            return;
        }
        if (version < CHANGES_LABELS) {
            throw new InvalidArgument("--" + flag + " requires at least CRIU 3.16");
        }
        options.with(option, label);
    }

    private int give(String path) {
        given.add(path);
        return Partner.FIRST_GIVEN + given.size() - 1;
    }

    /** Our own stdio takes the place of pipes, whose other ends are gone. */
    private static void inheritPipes(CriuOptions options, List<String> stdio) {
        for (int i = 0; i < stdio.size(); i++) {
            if (stdio.get(i).contains("pipe:")) {
                options.withInheritedDescriptor(stdio.get(i), i);
            }
        }
    }

    private State restore(Bundle bundle, ContainerCgroup cgroup, CriuOptions options)
            throws IOException {
        CriuArguments.make(criu.logs());
        cgroup.fill(bundle.spec().linux().resources());
        CgroupDelegation.apply(bundle.spec(), cgroup);
        if (resctrl.isPresent()) {
            resctrlMade = resctrl.get().create();
        }
        Spec announced = Notification.ofCaller(session, directory).announce(bundle.spec());
        makeMountPoints(announced, bundle, cgroup);
        new ExternalMounts(announced, bundle.path(), bundle.rootfs())
                .restore(options, cgroup.placement());
        // What criu takes for the container's root must be a mount; only criu needs to see it.
        Path root = Files.createDirectory(directory.path().resolve("criu-root")).toRealPath();
        options.with(CriuOptions.Text.ROOT, root.toString());
        boolean subreaper = !detach && !arguments.has("no-subreaper");
        Partner started = program.start(given, subreaper, Partner.View.of(bundle.rootfs(), root));
        partner = started;
        join(started.pid(), cgroup, options);
        program.carryOut(
                started,
                CriuRequest.RESTORE,
                options,
                (event, pid) -> happened(event, pid, bundle, cgroup),
                criu.logs().resolve(LOG));
        Files.delete(root);
        if (state == null) {
            throw new Internal("criu did not tell of the restored process");
        }
        return state;
    }

    private void removeResctrl() throws IOException {
        if (resctrl.isPresent()) {
            resctrl.get().remove(resctrlMade);
        }
    }

    private void endPartner() throws IOException {
        if (partner != null) {
            partner.end();
        }
    }

    /** By a process like the container's, which ends where it would become its program. */
    private void makeMountPoints(Spec spec, Bundle bundle, ContainerCgroup cgroup)
            throws IOException {
        Plan plan =
                MountPoints.plan(
                        arguments.id(), spec, bundle.path(), bundle.rootfs(), cgroup.placement());
        var nothing = new Front.Manner(false, false, "", "");
        try {
            session.front().launch(plan, nothing, _ -> {});
        } catch (MonitorException e) {
            if (e.code() != OpCode.EXEC.code()) {
                throw StartFailure.of(plan, e, cgroup);
            }
        }
    }

    /** Where criu is, its children begin. */
    private void join(int pid, ContainerCgroup cgroup, CriuOptions options) throws IOException {
        for (String file : cgroup.placement().joinFiles()) {
            join(pid, Path.of(file).resolveSibling("cgroup.procs"));
        }
        for (String file : resctrl.map(ResctrlGroup::joinFiles).orElse(List.of())) {
            join(pid, Path.of(file));
        }
        cgroup.joined();
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] fields = line.split(":", 3);
            for (String controller : fields[1].split(",", -1)) {
                options.withCgroupRoot(controller, fields[2]);
            }
        }
    }

    private static void join(int pid, Path file) throws IOException {
        Files.writeString(file, Integer.toString(pid), StandardOpenOption.WRITE);
    }

    private void happened(String event, int pid, Bundle bundle, ContainerCgroup cgroup)
            throws IOException {
        switch (event) {
            case "setup-namespaces" -> bundle.hooks(arguments.id()).restoring(pid);
            case "post-restore" -> keep(session.front().adopt(pid), bundle, cgroup);
            case "orphan-pts-master" -> giveTerminal();
            default -> {
                // Of the others a restoration needs to do nothing.
            }
        }
    }

    private void giveTerminal() throws IOException {
        if (partner != null) {
            partner.giveTerminal(arguments.value("console-socket", ""));
        }
    }

    private void keep(Front.Launched process, Bundle bundle, ContainerCgroup cgroup)
            throws IOException {
        if (!bundle.spec().linux().namespaces().containsKey(NamespaceType.TIME)
                && hasOwnClocks(process.pid())) {
            directory.writeSpec(withTimeNamespace(bundle.spec()));
        }
        State kept = bundle.state(arguments.id(), process, cgroup, resctrlMade);
        directory.writeState(kept);
        state = kept;
    }

    /** criu lets clocks go on where they were, by a namespace that nobody asked for. */
    private static boolean hasOwnClocks(int pid) throws IOException {
        Path own = Path.of("/proc/self/ns/time");
        return Files.exists(own)
                && !Files.readSymbolicLink(own)
                        .equals(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/time")));
    }

    /** Later processes must be put there, too. */
    private static byte[] withTimeNamespace(Spec spec) {
        JsonObject config = spec.json().copy();
        JsonObject linux = config.object("linux");
        List<JsonObject> namespaces = new ArrayList<>(linux.objects("namespaces"));
        namespaces.add(new JsonObject().with("type", NamespaceType.TIME.word()));
        config.with("linux", linux.with("namespaces", namespaces));
        return Json.writeBytes(config);
    }
}
