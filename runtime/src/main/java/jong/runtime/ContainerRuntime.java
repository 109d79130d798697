package jong.runtime;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jong.linux.processes.ProcessWatcher;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.cgroups.CgroupDelegation;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.cgroups.ContainerCgroups;
import jong.runtime.hooks.ContainerState;
import jong.runtime.hooks.Hooks;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.ContainerRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.plan.RootEntry;
import jong.runtime.seccomp.SeccompCompiler;
import jong.runtime.validate.Host;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.AlreadyExists;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Makes containers: compiles their configuration, makes their cgroups, and starts a monitor for
 * each. The containers live on when this program ends; {@link #recover} finds them again.
 *
 * <p>Thread-safe. Closing it stops only its own helper thread.
 *
 * <pre>{@code
 * try (var runtime = new ContainerRuntime(program, Path.of("/run/jong/containers"))) {
 *     Container container = runtime.create(setup);
 *     container.awaitReady();
 *     container.start();
 *     ExitRecord end = container.exit().join();
 *     container.delete();
 * }
 * }</pre>
 */
public final class ContainerRuntime implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ContainerRuntime.class.getName());
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_+.-]{1,1024}");

    private final Path runRoot;
    private final ProcessWatcher watcher;
    private final MonitorProgram monitors;
    private final ContainerCgroups cgroups;
    private final SeccompCompiler seccomp = new SeccompCompiler();

    /**
     * @param nativeProgram the file of {@code jong-native}
     * @param runRoot where the run directories of containers are; made if missing
     */
    public ContainerRuntime(Path nativeProgram, Path runRoot) {
        this.runRoot = runRoot.toAbsolutePath();
        try {
            Files.createDirectories(this.runRoot);
            this.cgroups = ContainerCgroups.detect();
            this.watcher = new ProcessWatcher();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.monitors = new MonitorProgram(nativeProgram.toAbsolutePath(), watcher);
    }

    /**
     * Makes a container, and returns as soon as its first process exists. When this throws, nothing
     * is left behind.
     *
     * @throws AlreadyExists if there is one with this id
     * @throws InvalidArgument if the configuration cannot be carried out
     * @throws Internal if the kernel refuses
     */
    public Container create(ContainerSetup setup) {
        if (!validId(setup.id())) {
            throw new InvalidArgument("invalid container ID format: \"" + setup.id() + "\"");
        }
        ContainerCgroup cgroup;
        Plan plan;
        try {
            SpecValidator.checkAgainst(Host.local(), setup.spec());
            refuseResctrl(setup);
            cgroup = cgroups.of(cgroupPath(setup));
            plan = compile(setup, cgroup);
        } catch (JsonException e) {
            throw new InvalidArgument("config.json: " + e.getMessage(), e);
        }
        plan.warnings().forEach(text -> LOG.log(WARNING, "container {0}: {1}", setup.id(), text));
        Path directory = makeRunDirectory(setup.id());
        try {
            return begin(setup, plan, cgroup, directory);
        } catch (IOException e) {
            StatusException reason =
                    e instanceof MonitorException failure
                            ? StartFailure.of(plan, failure, cgroup)
                            : new Internal(
                                    "unable to start container process: " + e.getMessage(), e);
            undo(cgroup, directory, e);
            hooks(setup).poststop(text -> LOG.log(WARNING, text));
            throw reason;
        } catch (StatusException e) {
            undo(cgroup, directory, e);
            throw e;
        }
    }

    /** Nobody asks for it through the engine; {@code jong-runc} knows it. */
    private static void refuseResctrl(ContainerSetup setup) {
        if (setup.spec().linux().intelRdt().isPresent()) {
            throw new InvalidArgument(
                    "intelRdt is specified in config, but only jong-runc makes groups in resctrl");
        }
    }

    private static Hooks hooks(ContainerSetup setup) {
        return new Hooks(ContainerState.of(setup.id(), setup.bundle(), setup.spec()), setup.spec());
    }

    private static String cgroupPath(ContainerSetup setup) {
        String path = setup.spec().linux().cgroupsPath();
        return path.isEmpty() ? "/jong/" + setup.id() : path;
    }

    private Plan compile(ContainerSetup setup, ContainerCgroup cgroup) {
        return PlanCompiler.container(
                new ContainerRequest(
                        setup.id(),
                        setup.spec(),
                        setup.bundle(),
                        setup.rootfs(),
                        entries(setup),
                        cgroup.placement(),
                        setup.spec().linux().seccomp().map(seccomp::compile)));
    }

    private static List<RootEntry> entries(ContainerSetup setup) {
        List<RootEntry> entries = new ArrayList<>(RootEntry.ofThisKernel());
        entries.addAll(setup.entries());
        return entries;
    }

    private Path makeRunDirectory(String id) {
        Path directory = runRoot.resolve(id);
        try {
            return Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExists("container with given ID already exists: " + id);
        } catch (IOException e) {
            throw new Internal("cannot make " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The monitor starts up while the cgroups are made. */
    private Container begin(ContainerSetup setup, Plan plan, ContainerCgroup cgroup, Path directory)
            throws IOException {
        cgroup.refuseUsed();
        RunDirectory.noteCgroup(directory, cgroup.path());
        MonitorProgram.Starting starting = monitors.start(directory);
        cgroup.fill(setup.spec().linux().resources());
        CgroupDelegation.apply(setup.spec(), cgroup);
        Monitor monitor = starting.await();
        boolean terminal = setup.spec().process().map(ProcessSpec::terminal).orElse(false);
        var stdio = new Monitor.StdioKind(setup.stdin(), terminal);
        Monitor.Creation creation = monitor.create(stdio, setup.log(), plan.encode());
        var record =
                new ContainerRecord(
                        setup.id(),
                        creation.pid(),
                        creation.startTime(),
                        cgroup.path(),
                        cgroup.directories(),
                        setup.bundle(),
                        Instant.now(),
                        setup.spec());
        try {
            cgroup.joined();
            record.write(directory);
        } catch (IOException e) {
            creation.close();
            throw e;
        }
        return Container.created(
                new Container.Parts(record, directory, monitor, cgroup, seccomp), creation, plan);
    }

    private static void undo(ContainerCgroup cgroup, Path directory, Exception cause) {
        undo(Optional.of(cgroup), directory, cause);
    }

    /** What fails here is told beside the error that brought us here. */
    private static void undo(Optional<ContainerCgroup> cgroup, Path directory, Exception cause) {
        var monitor = new Monitor(directory);
        try {
            if (monitor.isThere()) {
                monitor.abort();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        try {
            if (cgroup.isPresent()) {
                cgroup.get().remove();
            }
        } catch (IOException | StatusException e) {
            cause.addSuppressed(e);
        }
        try {
            RunDirectory.delete(directory);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * The containers that an earlier process of this program left. Those that were never started
     * are destroyed instead: their clients are gone with that process.
     */
    public List<Container> recover() {
        List<Container> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(runRoot)) {
            for (Path directory : directories) {
                recover(directory).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new Internal("cannot read " + runRoot + ": " + e.getMessage(), e);
        }
        return found;
    }

    private Optional<Container> recover(Path directory) {
        try {
            Container container = open(directory);
            if (container.startedAt().isPresent()) {
                return Optional.of(container);
            }
            container.destroy();
        } catch (IOException | StatusException e) {
            LOG.log(WARNING, "removing the unusable " + directory, e);
            undo(notedCgroup(directory, e), directory, e);
        }
        return Optional.empty();
    }

    private Optional<ContainerCgroup> notedCgroup(Path directory, Exception cause) {
        try {
            return RunDirectory.notedCgroup(directory).map(cgroups::of);
        } catch (IOException e) {
            cause.addSuppressed(e);
            return Optional.empty();
        }
    }

    private Container open(Path directory) throws IOException {
        ContainerRecord record = ContainerRecord.read(directory);
        return Container.recovered(
                new Container.Parts(
                        record,
                        directory,
                        new Monitor(directory),
                        cgroups.existing(record.cgroupPath(), record.cgroupPaths()),
                        seccomp));
    }

    /** One container, however far it is; for programs that do not own all of them. */
    public Optional<Container> find(String id) {
        if (!validId(id)) {
            throw new InvalidArgument("invalid container ID format: \"" + id + "\"");
        }
        try {
            return Optional.of(open(runRoot.resolve(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Internal("cannot read container " + id + ": " + e.getMessage(), e);
        }
    }

    /** All containers, in the order of their ids; nothing is removed. */
    public List<Container> list() {
        try (Stream<Path> directories = Files.list(runRoot)) {
            return directories
                    .map(Path::getFileName)
                    .map(String::valueOf)
                    .sorted()
                    .map(this::find)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new Internal("cannot read " + runRoot + ": " + e.getMessage(), e);
        }
    }

    private static boolean validId(String id) {
        return ID.matcher(id).matches() && !id.equals(".") && !id.equals("..");
    }

    @Override
    public void close() {
        watcher.close();
    }
}
