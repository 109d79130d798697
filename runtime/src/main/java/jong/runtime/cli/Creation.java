package jong.runtime.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.runtime.StartFailure;
import jong.runtime.cgroups.CgroupDelegation;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.ContainerRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.plan.RootEntry;
import jong.runtime.plan.Rootfs;
import jong.runtime.resctrl.ResctrlGroup;

/** The commands that make a container: {@code create} and {@code run}. */
final class Creation {

    private final Session session;
    private final Arguments arguments;
    private final boolean run;
    private final boolean detach;
    private final StateDirectory directory;
    private final Notification notification;
    private Optional<ResctrlGroup> resctrl = Optional.empty();
    private boolean resctrlMade;

    private Creation(Session session, Arguments arguments, boolean run) {
        this.session = session;
        this.arguments = arguments;
        this.run = run;
        this.detach = !run || arguments.has("detach");
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
            instance.end();
        }
        return code;
    }

    private Instance make() throws IOException {
        Bundle bundle = Bundle.read(arguments);
        Terminals.check(bundle.terminal(), detach, arguments);
        session.root().create();
        directory.create();
        var undoing = new Undoing(session.log());
        undoing.first(directory::delete);
        try (StateDirectory.Lock _ = directory.lock()) {
            ContainerCgroup cgroup = session.newCgroup(bundle.spec().linux(), arguments.id());
            undoing.first(this::removeResctrl);
            undoing.first(cgroup::remove);
            undoing.first(session.front()::abort);
            cgroup.refuseUsed();
            bundle.keepConfig(directory);
            resctrl = session.resctrl(bundle.spec().linux(), arguments.id());
            return launch(bundle, cgroup);
        } catch (IOException | RuntimeException e) {
            undoing.run(e);
            bundle.hooks(arguments.id()).poststop(session.log()::warning);
            throw e;
        }
    }

    private Instance launch(Bundle bundle, ContainerCgroup cgroup) throws IOException {
        Spec spec = bundle.spec();
        int listened = ListenFds.count();
        Spec announced =
                notification.announce(listened == 0 ? spec : ListenFds.announce(spec, listened));
        Plan plan =
                PlanCompiler.container(
                        new ContainerRequest(
                                arguments.id(),
                                announced,
                                bundle.path(),
                                new Rootfs.Directory(bundle.rootfs()),
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
        try {
            session.front()
                    .launch(
                            plan,
                            manner(bundle.terminal()),
                            process -> states.add(keep(bundle, cgroup, process)));
            if (run) {
                notification.listen();
                session.front().start();
                bundle.hooks(arguments.id()).poststart(states.getFirst().pid());
            }
            PidFile.write(arguments, states.getFirst().pid());
        } catch (MonitorException e) {
            throw StartFailure.of(plan, e, cgroup);
        }
        return new Instance(session, directory, states.getFirst());
    }

    private void removeResctrl() throws IOException {
        if (resctrl.isPresent()) {
            resctrl.get().remove(resctrlMade);
        }
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

    private State keep(Bundle bundle, ContainerCgroup cgroup, Front.Launched process)
            throws IOException {
        cgroup.joined();
        State state = bundle.state(arguments.id(), process, cgroup, resctrlMade);
        directory.writeState(state);
        return state;
    }
}
