package jong.runtime.plan;

import java.util.List;
import java.util.Map;
import jong.oci.runtime.LinuxResources.DeviceRule;
import jong.oci.runtime.LinuxSpec;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.SeccompSpec;
import jong.oci.runtime.Spec;
import jong.runtime.devices.DeviceAccess;
import jong.runtime.devices.DeviceProgram;
import jong.runtime.hooks.ContainerState;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;

/**
 * Compiles a container's configuration into the plan that the native program carries out.
 *
 * <p>This is pure: it looks at nothing but its argument. What depends on files in the container is
 * the meaning of an operation. Thread-safe, without state.
 *
 * <pre>{@code
 * Plan plan = PlanCompiler.container(request);
 * channel.create(stdio, plan.encode());
 * }</pre>
 */
public final class PlanCompiler {

    private static final Map<String, Long> PERSONALITIES = Map.of("LINUX", 0L, "LINUX32", 8L);

    private static final int REGULAR_FILE = 0_100_000; // S_IFREG

    /** KEY_OTH_SEARCH and KEY_USR_SEARCH: an exec must find the keyring by its name. */
    private static final int SEARCHABLE_BY_OTHERS = 0x8;

    private static final int SEARCHABLE_BY_OWNER = 0x8_0000;

    private PlanCompiler() {}

    /**
     * The plan of a container's first process.
     *
     * @throws InvalidArgument if the configuration can never be carried out
     * @throws Unimplemented if it asks for what Jong does not do
     */
    public static Plan container(ContainerRequest request) {
        return explained(() -> new Container(request).compile());
    }

    /**
     * The plan of one more process.
     *
     * @throws InvalidArgument if it can never be carried out
     */
    public static Plan exec(ExecPlanRequest request) {
        return explained(() -> compileExec(request));
    }

    /** The mount options that are not left to the filesystem, sorted; for {@code features}. */
    public static List<String> mountOptions() {
        return MountOptions.words();
    }

    /** The modes of {@code linux.memoryPolicy}; for {@code features}. */
    public static List<String> memoryPolicyModes() {
        return MemoryPolicy.MODES;
    }

    /** The flags of {@code linux.memoryPolicy}, sorted; for {@code features}. */
    public static List<String> memoryPolicyFlags() {
        return MemoryPolicy.FLAGS.keySet().stream().sorted().toList();
    }

    private static Plan explained(java.util.function.Supplier<Plan> compilation) {
        try {
            return compilation.get();
        } catch (JsonException | java.nio.file.InvalidPathException e) {
            throw new InvalidArgument("config.json: " + e.getMessage(), e);
        }
    }

    private static Plan compileExec(ExecPlanRequest request) {
        SpecValidator.check(request.process());
        var plan = new Plan.Builder();
        var process = new ProcessOperations(request.process(), plan);
        long flags = 0;
        for (NamespaceType type : request.container().linux().namespaces().keySet()) {
            flags |= type.cloneFlag();
        }
        plan.add(OpCode.NS_JOIN_PROCESS, request.initPid(), request.initStartTime(), flags);
        process.addInitialAffinity();
        plan.add(OpCode.CGROUP_JOIN, request.cgroup().joinFiles());
        process.addParentStage();
        process.addListener(request.seccomp(), request.container(), listenerMessage(request));
        plan.add(OpCode.SETSID);
        addKeyring(request.id(), request.container().linux(), plan);
        process.addFinalAffinity();
        process.addConsole();
        process.addAttributes();
        addExecutionDomain(request.container().linux(), plan);
        process.addIdentity(request.seccomp(), request.startFifo(), request.preservedFds());
        process.addExec();
        return plan.build();
    }

    private static void addKeyring(String id, LinuxSpec linux, Plan.Builder plan) {
        boolean mapped = linux.namespaces().containsKey(NamespaceType.USER);
        plan.add(OpCode.KEYRING, "_ses." + id, mapped ? SEARCHABLE_BY_OTHERS : SEARCHABLE_BY_OWNER);
    }

    /** The container runs already; only the process's own id is not known. */
    private static List<String> listenerMessage(ExecPlanRequest request) {
        var state = ContainerState.of(request.id(), request.bundle(), request.container());
        return SeccompAgent.messageForExec(
                state.json("running", request.initPid()), metadata(request.container()));
    }

    private static String metadata(Spec spec) {
        return spec.linux().seccomp().map(SeccompSpec::listenerMetadata).orElse("");
    }

    /** Personality and memory policy, which all processes of a container share. */
    private static void addExecutionDomain(LinuxSpec linux, Plan.Builder plan) {
        if (!linux.personality().isEmpty()) {
            Long domain = PERSONALITIES.get(linux.personality());
            if (domain == null) {
                throw new InvalidArgument("invalid personality domain " + linux.personality());
            }
            plan.add(OpCode.PERSONALITY, domain);
        }
        linux.memoryPolicy()
                .map(MemoryPolicy::of)
                .ifPresent(p -> plan.add(OpCode.MEMORY_POLICY, p.mode(), p.nodes()));
    }

    /** One compilation of a container's plan. */
    private static final class Container {
        private static final int PIVOT_ROOT = 0;
        private static final int MOVE = 1;
        private static final int CHROOT = 2;

        private final ContainerRequest request;
        private final Spec spec;
        private final LinuxSpec linux;
        private final Map<NamespaceType, String> namespaces;
        private final ProcessSpec process;
        private final ProcessOperations processOperations;
        private final HookOperations hooks;
        private final Plan.Builder plan = new Plan.Builder();

        Container(ContainerRequest request) {
            this.request = request;
            this.spec = request.spec();
            this.linux = spec.linux();
            this.namespaces = linux.namespaces();
            this.process =
                    spec.process()
                            .orElseThrow(() ->
                                    new InvalidArgument("process property must not be empty"));
            this.processOperations = new ProcessOperations(process, plan);
            this.hooks = new HookOperations(request, plan);
        }

        Plan compile() {
            check();
            addNamespaces();
            addParentStage();
            addSession();
            addRootfs();
            boolean late = new MountOperations(request, plan).add(spec);
            addRootEntries();
            hooks.addBeforePivot();
            plan.add(OpCode.PIVOT, wayIn());
            addInsideRoot(late);
            processOperations.addAttributes();
            addExecutionDomain(linux, plan);
            processOperations.addIdentity(
                    request.seccomp(), request.startFifo(), request.preservedFds());
            hooks.addAfterStart();
            processOperations.addExec();
            return plan.build();
        }

        private void check() {
            SpecValidator.check(spec);
            if (request.noPivot() && linux.rootfsPropagation().endsWith("private")) {
                throw new InvalidArgument(
                        "rootfsPropagation of [r]private is not safe without pivot_root");
            }
        }

        private boolean isNew(NamespaceType type) {
            return "".equals(namespaces.get(type));
        }

        private void addNamespaces() {
            long clone = 0;
            for (Map.Entry<NamespaceType, String> namespace : namespaces.entrySet()) {
                if (!namespace.getValue().isEmpty()) {
                    plan.add(
                            OpCode.NS_JOIN,
                            (int) namespace.getKey().cloneFlag(),
                            namespacePath(namespace.getValue()));
                } else if (namespace.getKey() != NamespaceType.CGROUP) {
                    clone |= namespace.getKey().cloneFlag();
                }
            }
            plan.add(OpCode.CLONE, clone);
        }

        private static String namespacePath(String path) {
            if (!path.startsWith("/")) {
                throw new InvalidArgument("namespace path is not absolute: " + path);
            }
            return path;
        }

        private void addParentStage() {
            if (isNew(NamespaceType.USER)) {
                addIdMaps();
            }
            JsonObject offsets = linux.timeOffsets();
            if (!offsets.isEmpty()) {
                addTimeOffsets(offsets);
            }
            addCgroup();
            processOperations.addParentStage();
            hooks.addToParentStage();
            processOperations.addListener(
                    request.seccomp(),
                    spec,
                    SeccompAgent.messageForContainer(
                            ContainerState.of(request.id(), request.bundle(), spec),
                            metadata(spec)));
        }

        /** On version 1, device rules are files that stand before anyone joins. */
        private void addCgroup() {
            plan.add(OpCode.CGROUP_JOIN, request.cgroup().joinFiles());
            if (!request.cgroup().unified() || request.cgroup().joinFiles().isEmpty()) {
                return;
            }
            List<DeviceRule> rules = linux.resources().devices();
            boolean needed = rules.stream().anyMatch(rule -> !rule.isFull());
            plan.add(
                    OpCode.CGROUP_DEVICES,
                    request.cgroup().views().getFirst().hostPath().toString(),
                    DeviceProgram.compile(DeviceAccess.ofContainer(rules)),
                    needed ? 1 : 0);
        }

        private int wayIn() {
            if (!namespaces.containsKey(NamespaceType.MOUNT)) {
                return CHROOT;
            }
            return request.noPivot() ? MOVE : PIVOT_ROOT;
        }

        private void addIdMaps() {
            plan.add(
                    OpCode.ID_MAPS,
                    0,
                    IdMaps.lines(linux.uidMappings()),
                    IdMaps.lines(linux.gidMappings()));
        }

        private void addTimeOffsets(JsonObject offsets) {
            var lines = new StringBuilder();
            for (String clock : offsets.keySet()) {
                JsonObject offset = offsets.object(clock);
                lines.append(clock).append(' ').append(offset.number("secs")).append(' ');
                lines.append(offset.number("nanosecs")).append('\n');
            }
            plan.add(OpCode.TIME_OFFSETS, lines.toString());
        }

        private void addSession() {
            if (isNew(NamespaceType.CGROUP)) {
                plan.add(OpCode.CGROUP_NAMESPACE);
            }
            plan.add(OpCode.SETSID);
            if (request.sessionKeyring()) {
                addKeyring(request.id(), linux, plan);
            }
            processOperations.addFinalAffinity();
            if (isNew(NamespaceType.NETWORK)) {
                plan.add(OpCode.LOOPBACK_UP);
            }
            linux.netDevices().forEach((name, inside) -> plan.add(OpCode.NET_DEVICE, name, inside));
        }

        private void addRootfs() {
            long propagation =
                    linux.rootfsPropagation().isEmpty() ? MountFlags.SLAVE : rootPropagation();
            if (namespaces.containsKey(NamespaceType.MOUNT)) {
                // All of the host's mounts, or what is made on one of them travels to the host.
                plan.add(OpCode.ROOT_PROPAGATION, bindable(propagation) | MountFlags.REC);
            }
            // No switch over types: its linkage is felt in a cold start.
            if (request.rootfs() instanceof Rootfs.Directory directory) {
                plan.add(OpCode.ROOTFS_BIND, directory.path().toString());
            } else if (request.rootfs() instanceof Rootfs.Overlay overlay) {
                plan.add(
                        OpCode.ROOTFS_OVERLAY,
                        overlay.lowers(),
                        overlay.upper(),
                        overlay.work(),
                        overlay.target().toString(),
                        overlay.options());
            }
        }

        /** The host's mounts must stay bindable until everything is in its place. */
        private static long bindable(long propagation) {
            return (propagation & MountFlags.UNBINDABLE) != 0 ? MountFlags.PRIVATE : propagation;
        }

        private void addRootEntries() {
            boolean foreignDevices = DeviceOperations.foreign(spec);
            if (!foreignDevices) {
                new DeviceOperations(plan).add(spec);
            }
            for (RootEntry entry : request.entries()) {
                if (!foreignDevices || !entry.path().startsWith("/dev/")) {
                    add(entry);
                }
            }
        }

        private void add(RootEntry entry) {
            switch (entry) {
                case RootEntry.Link(String path, String target) ->
                        plan.add(OpCode.SYMLINK, target, path);
                case RootEntry.EmptyFile(String path, int permissions) ->
                        plan.add(OpCode.MKNOD, path, REGULAR_FILE | permissions, 0, 0, 0, 0);
            }
        }

        private long rootPropagation() {
            Long flags = MountOptions.propagation(linux.rootfsPropagation());
            if (flags == null) {
                throw new InvalidArgument(
                        "rootfsPropagation=" + linux.rootfsPropagation() + " is not supported");
            }
            return flags;
        }

        /** What is done when the root is in its place, before anything depends on the user. */
        private void addInsideRoot(boolean lateReadOnly) {
            if (!linux.rootfsPropagation().isEmpty()) {
                plan.add(OpCode.ROOT_PROPAGATION_FINAL, rootPropagation());
            }
            processOperations.addConsole();
            if (spec.rootReadonly() || lateReadOnly) {
                // The directory can be made only now; it is entered later, from above all mounts.
                plan.add(OpCode.CWD, process.cwd(), 1);
            }
            if (lateReadOnly) {
                plan.add(OpCode.LATE_READ_ONLY);
            }
            if (spec.rootReadonly()) {
                plan.add(OpCode.ROOT_READONLY);
            }
            addNames();
            linux.sysctl().forEach((name, value) -> plan.add(OpCode.SYSCTL, name, value));
            addPaths(OpCode.READONLY_PATHS, linux.readonlyPaths());
            addPaths(OpCode.MASK_PATHS, linux.maskedPaths());
        }

        private void addNames() {
            if (!spec.hostname().isEmpty()) {
                plan.add(OpCode.HOSTNAME, spec.hostname());
            }
            if (!spec.domainname().isEmpty()) {
                plan.add(OpCode.DOMAINNAME, spec.domainname());
            }
        }

        private void addPaths(OpCode code, List<String> paths) {
            if (!paths.isEmpty()) {
                plan.add(code, paths.stream().distinct().toList());
            }
        }
    }
}
