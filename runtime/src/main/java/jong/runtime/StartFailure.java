package jong.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import jong.linux.Errno;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.OpCode;
import jong.runtime.plan.Operation;
import jong.runtime.plan.Plan;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/**
 * Turns the operation that failed into the text that runc has for it, since that is what Docker's
 * users know and what docker's exit codes 126 and 127 are made from. Compared with runc 1.1.15.
 */
public final class StartFailure {

    private static final String START = "unable to start container process: ";
    private static final String INIT = START + "error during container init: ";

    private final Plan plan;
    private final MonitorException error;
    private final Errno errno;

    private StartFailure(Plan plan, MonitorException error) {
        this.plan = plan;
        this.error = error;
        this.errno = Errno.of(error.number());
    }

    /** The failure of {@code plan} that the monitor told. */
    public static StatusException of(Plan plan, MonitorException error) {
        return new StartFailure(plan, error).explain();
    }

    /**
     * The same for a container's first process. When the kernel killed it for lack of memory, what
     * it was doing just then explains nothing.
     */
    public static StatusException of(Plan plan, MonitorException error, ContainerCgroup cgroup) {
        try {
            if (cgroup.oomKills() > 0) {
                return new Internal(
                        START + "container init was OOM-killed (memory limit too low?)", error);
            }
        } catch (IOException | StatusException e) {
            error.addSuppressed(e);
        }
        return of(plan, error);
    }

    private StatusException explain() {
        Optional<Operation> operation = operation();
        if (operation.isEmpty()) {
            return new Internal(START + error.getMessage(), error);
        }
        return switch (operation.get().code()) {
            case EXEC -> command(operation.get());
            case USER_LOOKUP -> user();
            case MOUNT, BIND -> new Internal(INIT + mount(operation.get()), error);
            case CWD -> new Internal(INIT + workingDirectory(operation.get()), error);
            case SYSCTL -> new Internal(INIT + sysctl(operation.get()), error);
            case HOOK, CREATOR_HOOK -> new Internal(INIT + hook(operation.get()), error);
            case SECCOMP_LISTENER -> new Internal(INIT + listener(operation.get()), error);
            case CGROUP_JOIN -> new Internal(START + joining(), error);
            default -> new Internal(INIT + other(operation.get()), error);
        };
    }

    /** A further process is put into groups that exist, the first one into its own. */
    private String joining() {
        boolean further =
                plan.operations().stream().anyMatch(o -> o.code() == OpCode.NS_JOIN_PROCESS);
        return (further
                        ? "error adding pid to cgroups: failed to open "
                        : "unable to apply cgroup configuration: ")
                + reason();
    }

    private Optional<Operation> operation() {
        int index = error.index();
        return index >= 0 && index < plan.operations().size()
                ? Optional.of(plan.operations().get(index))
                : Optional.empty();
    }

    /** Which class it has says what docker's exit code becomes: 127 not found, 126 not runnable. */
    private StatusException command(Operation exec) {
        String word = exec.texts(0).getFirst();
        String named = START + "exec: \"" + word + "\": ";
        return switch (errno) {
            case ENOENT ->
                    new NotFound(
                            word.indexOf('/') < 0
                                    ? named + "executable file not found in $PATH"
                                    : named + "stat " + word + ": no such file or directory",
                            error);
            case EISDIR, EACCES -> new PermissionDenied(named + errno.text());
            case ENOEXEC -> new InvalidArgument("exec " + word + ": exec format error", error);
            default -> new Internal(named + errno.text(), error);
        };
    }

    /** The native program's detail is {@code user NAME} or {@code group NAME}. */
    private StatusException user() {
        if (errno == Errno.ERANGE) {
            return new InvalidArgument(
                    "uids and gids must be in range 0-2147483647: " + error.detail(), error);
        }
        if (errno != Errno.ENOENT) {
            return new Internal(INIT + reason(), error);
        }
        boolean group = error.detail().startsWith("group ");
        return new InvalidArgument(
                "unable to find "
                        + error.detail()
                        + ": no matching entries in "
                        + (group ? "group" : "passwd")
                        + " file",
                error);
    }

    private String mount(Operation operation) {
        boolean bind = operation.code() == OpCode.BIND;
        String source = operation.text(bind ? 0 : 1);
        String destination = operation.text(bind ? 1 : 2);
        return "error mounting \""
                + source
                + "\" to rootfs at \""
                + destination
                + "\": "
                + mountReason(operation, source, destination);
    }

    private String mountReason(Operation operation, String source, String destination) {
        boolean bind = operation.code() == OpCode.BIND;
        if (bind && errno == Errno.ENOENT && error.detail().equals(source)) {
            return "create mount destination for "
                    + destination
                    + " mount: bind mount source stat: stat "
                    + source
                    + ": no such file or directory";
        }
        if (errno == Errno.EPERM && Path.of(destination).startsWith("/proc")) {
            return "create mount destination for "
                    + destination
                    + " mount: check proc-safety of "
                    + destination
                    + " mount: \""
                    + destination
                    + "\" cannot be mounted because it is "
                    + (destination.equals("/proc") ? "not of type proc" : "inside /proc");
        }
        if (!bind && isKernelView(operation) && (errno == Errno.ELOOP || errno == Errno.ENOTDIR)) {
            return "filesystem \"" + operation.text(0) + "\" must be mounted on ordinary directory";
        }
        if (bind && error.detail().equals("MOUNT_ATTR_IDMAP")) {
            return IdMapFailure.text(Path.of(source), isMappedBelow(), errno);
        }
        String data = bind ? "" : operation.text(4);
        return "mount "
                + source
                + ":"
                + destination
                + (data.isEmpty() ? "" : ", data: " + data)
                + ": "
                + (error.detail().isEmpty() || mentions(source, destination)
                        ? ""
                        : error.detail() + ": ")
                + errno.text();
    }

    /** The operation before a BIND with other owners says which. */
    private boolean isMappedBelow() {
        Operation map = plan.operations().get(error.index() - 1);
        return map.code() == OpCode.BIND_ID_MAP && map.operands().getLast().equals(1);
    }

    private static boolean isKernelView(Operation mount) {
        return mount.text(0).equals("proc") || mount.text(0).equals("sysfs");
    }

    private boolean mentions(String source, String destination) {
        return error.detail().equals(source) || error.detail().equals(destination);
    }

    private String workingDirectory(Operation operation) {
        String path = operation.text(0);
        if (errno == Errno.ENOTDIR) {
            return "mkdir " + path + ": not a directory";
        }
        return "chdir to cwd (\"" + path + "\") set in config.json failed: " + errno.text();
    }

    private String sysctl(Operation operation) {
        String path = "/proc/sys/" + operation.text(0).replace('.', '/');
        boolean absent = errno == Errno.ENOENT || errno == Errno.EACCES;
        return (absent ? "open " : "write ") + path + ": " + errno.text();
    }

    /** A hook that ran says itself how it ended; one that did not has an error number. */
    private String hook(Operation operation) {
        boolean ran = errno == Errno.ECHILD || errno == Errno.ETIMEDOUT;
        return "error running "
                + operation.text(0)
                + ": "
                + (ran ? error.detail() : error.detail() + ": " + errno.text());
    }

    /** The native program's detail says how far it came. */
    private String listener(Operation operation) {
        return switch (error.detail()) {
            case "connect" ->
                    "failed to connect with seccomp agent specified in the seccomp profile: dial"
                            + " unix "
                            + operation.text(0)
                            + ": connect: "
                            + errno.text();
            case "send" -> "cannot send seccomp fd to " + operation.text(0) + ": " + errno.text();
            default -> "seccomp " + reason();
        };
    }

    /** What runc says of attributes that the kernel refuses; else the operation's own name. */
    private String other(Operation operation) {
        return switch (operation.code()) {
            case RLIMIT ->
                    "error setting rlimits for ready process: error setting rlimit type "
                            + operation.operands().getFirst()
                            + ": "
                            + errno.text();
            case APPARMOR ->
                    "unable to apply apparmor profile: apparmor failed to apply profile: "
                            + reason();
            case SELINUX -> "can't set process label: " + reason();
            case SCHEDULER -> "error setting scheduler: " + scheduler();
            case IO_PRIORITY -> "failed to set io priority: " + errno.text();
            case MEMORY_POLICY -> "set_mempolicy: " + errno.text();
            case INITIAL_CPU_AFFINITY -> "error setting initial CPU affinity: " + errno.text();
            case CPU_AFFINITY -> "error setting final CPU affinity: " + errno.text();
            case SECCOMP -> "error loading seccomp filter into kernel: " + reason();
            case KEYRING ->
                    "unable to join session keyring: unable to create session key: " + errno.text();
            case HOSTNAME -> "sethostname: " + errno.text();
            case DOMAINNAME -> "setdomainname: " + errno.text();
            case CAPABILITIES -> "unable to apply caps: " + reason();
            default ->
                    operation.code().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                            + ": "
                            + reason();
        };
    }

    /** The kernel takes no deadlines from a process that may not use all processors. */
    private String scheduler() {
        return errno == Errno.EPERM
                ? errno.text() + " (process scheduler can't be used together with AllowedCPUs)"
                : errno.text();
    }

    private String reason() {
        return String.valueOf(error.getMessage());
    }
}
