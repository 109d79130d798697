package jong.runtime.cli;

import java.io.IOException;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.runtime.cgroups.ContainerCgroups;
import jong.runtime.criu.Criu;
import jong.runtime.criu.CriuFeature;
import jong.runtime.criu.CriuOptions;
import jong.runtime.criu.CriuRequest;
import jong.runtime.criu.ExternalMounts;
import jong.runtime.criu.ExternalNamespaces;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code checkpoint}: criu saves the container's processes in files. */
final class Checkpointing {

    private static final int FREEZES_V2 = 31_400;
    private static final int TELLS_OF_LAZY_PAGES = 31_500;
    private static final String LOG = "dump.log";

    private final Session session;
    private final Arguments arguments;
    private final CriuArguments criu;

    private Checkpointing(Session session, Arguments arguments) {
        this.session = session;
        this.arguments = arguments;
        this.criu = new CriuArguments(arguments);
    }

    static int checkpoint(Session session, Arguments arguments) throws IOException {
        return new Checkpointing(session, arguments).run();
    }

    /** Neither command was ever seen to work for an ordinary user. */
    static void warnOrdinaryUser(Session session) throws IOException {
        if (ContainerCgroups.ofOrdinaryUser()) {
            session.log().warning("runc checkpoint is untested with rootless containers");
        }
    }

    private int run() throws IOException {
        warnOrdinaryUser(session);
        try (StateDirectory.Lock _ = session.root().directory(arguments.id()).lock()) {
            Instance instance = session.instance(arguments.id());
            String status = instance.status();
            if (status.equals("created") || status.equals("stopped")) {
                throw new Conflict("Container cannot be checkpointed in " + status + " state");
            }
            dump(instance);
            if (!arguments.has("leave-running") && !arguments.has("pre-dump")) {
                instance.kill();
                instance.destroy();
            }
        }
        return 0;
    }

    private void dump(Instance instance) throws IOException {
        CriuArguments.make(criu.images());
        String parent = criu.parent();
        CriuArguments.make(criu.logs());
        var program = new CriuProgram(session);
        int version = program.version();
        checkFeatures(program.questions(), version);
        Spec spec = Notification.asMade(instance.directory().spec(), instance.directory());
        CriuOptions options = options(parent);
        criu.apply(options, spec);
        criu.applyPageServer(options);
        describe(instance, spec, version, options);
        if (!arguments.has("pre-dump")) {
            criu.writeStdio(instance.state().stdio());
        }
        ask(program, options);
    }

    private void checkFeatures(Criu questions, int version) throws IOException {
        if (arguments.has("pre-dump")) {
            questions.require(CriuFeature.MEM_TRACK);
        }
        if (!arguments.has("lazy-pages")) {
            return;
        }
        questions.require(CriuFeature.LAZY_PAGES);
        if (statusDescriptor() >= 0) {
            Criu.require(version, TELLS_OF_LAZY_PAGES);
            checkStatusDescriptor();
        }
    }

    private int statusDescriptor() {
        return arguments.number("status-fd", -1);
    }

    /** It is looked at before the container is touched. */
    private void checkStatusDescriptor() throws IOException {
        try {
            session.front().writeDescriptor(statusDescriptor(), new byte[0], false);
        } catch (MonitorException e) {
            throw new InvalidArgument(
                    "invalid --status-fd argument " + statusDescriptor() + ": " + e.getMessage(),
                    e);
        }
    }

    private CriuOptions options(String parent) {
        CriuOptions options =
                new CriuOptions()
                        .with(CriuOptions.Text.LOG_FILE, LOG)
                        .with(CriuOptions.Flag.LEAVE_RUNNING, arguments.has("leave-running"))
                        .with(
                                CriuOptions.Flag.TCP_SKIP_IN_FLIGHT,
                                arguments.has("tcp-skip-in-flight"))
                        .with(CriuOptions.Flag.LINK_REMAP, arguments.has("link-remap"));
        if (!parent.isEmpty()) {
            options.with(CriuOptions.Text.PARENT_IMG, parent)
                    .with(CriuOptions.Flag.TRACK_MEM, true);
        }
        return options;
    }

    /** What criu must know of the container itself. */
    private void describe(Instance instance, Spec spec, int version, CriuOptions options)
            throws IOException {
        State state = instance.state();
        options.with(CriuOptions.Text.ROOT, state.rootfs().toString())
                .with(CriuOptions.Numeric.PID, state.pid());
        new ExternalNamespaces(spec, version).dump(options);
        CgroupPlacement placement = instance.cgroup().placement();
        for (CgroupView view : placement.views()) {
            boolean freezes =
                    placement.unified()
                            ? version >= FREEZES_V2 && !placement.joinFiles().isEmpty()
                            : List.of(view.mountData().split(",", -1)).contains("freezer");
            if (freezes) {
                options.with(CriuOptions.Text.FREEZE_CGROUP, view.hostPath().toString());
            }
        }
        if (!arguments.has("pre-dump")) {
            new ExternalMounts(spec, state.bundle(), state.rootfs())
                    .dump(options, placement, state.pid());
        }
    }

    private void ask(CriuProgram program, CriuOptions options) throws IOException {
        CriuRequest request = arguments.has("pre-dump") ? CriuRequest.PRE_DUMP : CriuRequest.DUMP;
        program.carryOut(
                program.start(criu.directories(), false, Partner.View.ALL),
                request,
                options,
                this::happened,
                criu.logs().resolve(LOG));
    }

    private void happened(String event, int pid) throws IOException {
        if (event.equals("status-ready") && statusDescriptor() >= 0) {
            session.front().writeDescriptor(statusDescriptor(), new byte[1], true);
        }
    }
}
