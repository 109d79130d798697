package jong.runtime.cli;

import static jong.runtime.cli.Flag.toggle;
import static jong.runtime.cli.Flag.value;

import java.util.ArrayList;
import java.util.List;
import jong.runtime.cli.Command.Words;

/** The table of commands. */
final class Commands {

    static final List<Flag> GLOBAL =
            List.of(
                    toggle("enable debug logging", "debug"),
                    value("set the log file (default is '/dev/stderr')", "log"),
                    value("set the log format ('text' (default), or 'json')", "log-format"),
                    value("root directory for storage of container state", "root"),
                    toggle(
                            "enable systemd cgroup support, expects cgroupsPath to be of form"
                                    + " \"slice:prefix:name\"",
                            "systemd-cgroup"),
                    value(
                            "ignore cgroup permission errors ('true', 'false', or 'auto')",
                            "rootless"),
                    toggle("show help", "help", "h"),
                    toggle("print the version", "version", "v"));

    private static final Flag FORMAT = value("select one of: table or json", "format", "f");
    private static final Flag BUNDLE =
            value(
                    "path to the root of the bundle directory, defaults to the current directory",
                    "bundle",
                    "b");
    private static final Flag DETACH = toggle("detach from the process", "detach", "d");

    private static final Flag CONSOLE_SOCKET =
            value(
                    "path to an AF_UNIX socket which will receive a file descriptor"
                            + " referencing the master end of the console's pseudoterminal",
                    "console-socket");
    private static final Flag PID_FILE =
            value("specify the file to write the process id to", "pid-file");
    private static final Flag NO_PIVOT =
            toggle("do not use pivot root to jail process inside rootfs", "no-pivot");
    private static final Flag NO_SUBREAPER =
            toggle("disable the use of the subreaper used to reap", "no-subreaper");

    private static final List<Flag> STARTING =
            List.of(
                    CONSOLE_SOCKET,
                    value(
                            "path to an AF_UNIX socket which will receive a file descriptor"
                                    + " referencing the process",
                            "pidfd-socket"),
                    PID_FILE,
                    value(
                            "pass N additional file descriptors to the container (stdio +"
                                    + " $LISTEN_FDS + N in total)",
                            "preserve-fds"));

    private static final List<Flag> CREATE =
            with(
                    STARTING,
                    BUNDLE,
                    NO_PIVOT,
                    toggle(
                            "do not create a new session keyring for the container",
                            "no-new-keyring"));

    private static final List<Flag> RUN =
            with(
                    CREATE,
                    DETACH,
                    toggle("do not delete the container after it exits", "keep"),
                    NO_SUBREAPER);

    private static final List<Flag> EXEC =
            with(
                    STARTING,
                    DETACH,
                    value("current working directory in the container", "cwd"),
                    value("set environment variables", "env", "e"),
                    toggle("allocate a pseudo-TTY", "tty", "t"),
                    value("UID (format: <uid>[:<gid>])", "user", "u"),
                    value("additional gids", "additional-gids", "g"),
                    value("path to the process.json", "process", "p"),
                    value("set the process label of SELinux", "process-label"),
                    value("set the apparmor profile for the process", "apparmor"),
                    toggle("set the no new privileges value for the process", "no-new-privs"),
                    value("add a capability to the sets of the process", "cap", "c"),
                    value(
                            "run the process in (existing) sub-cgroup(s). Format is"
                                    + " [<controller>:]<cgroup>",
                            "cgroup"),
                    toggle("allow exec in a paused container", "ignore-paused"));

    private static final List<Flag> UPDATE =
            List.of(
                    value(
                            "path to the file containing the resources to update or '-' to read"
                                    + " from the standard input",
                            "resources",
                            "r"),
                    value("per cgroup weight, range is from 10 to 1000", "blkio-weight"),
                    value("CPU CFS period to be used for hardcapping (in usecs)", "cpu-period"),
                    value("CPU CFS hardcap limit (in usecs)", "cpu-quota"),
                    value("CPU CFS hardcap burst limit (in usecs)", "cpu-burst"),
                    value("CPU shares (relative weight vs. other containers)", "cpu-share"),
                    value("CPU realtime period to be used for hardcapping", "cpu-rt-period"),
                    value("CPU realtime hardcap limit (in usecs)", "cpu-rt-runtime"),
                    value("CPU(s) to use", "cpuset-cpus"),
                    value("memory node(s) to use", "cpuset-mems"),
                    value("set cgroup SCHED_IDLE or not", "cpu-idle"),
                    value("(obsoleted; do not use)", "kernel-memory"),
                    value("(obsoleted; do not use)", "kernel-memory-tcp"),
                    value("memory limit (in bytes)", "memory"),
                    value("memory reservation or soft limit (in bytes)", "memory-reservation"),
                    value(
                            "total memory usage (memory + swap); set '-1' to enable unlimited swap",
                            "memory-swap"),
                    value("maximum number of pids allowed in the container", "pids-limit"),
                    value("the string of Intel RDT/CAT L3 cache schema", "l3-cache-schema"),
                    value("the string of Intel RDT/MBA memory bandwidth", "mem-bw-schema"));

    private static final List<Flag> CRIU =
            List.of(
                    value("path for saving criu image files", "image-path"),
                    value("path for saving work files and logs", "work-path"),
                    toggle("allow open tcp connections", "tcp-established"),
                    toggle("allow external unix sockets", "ext-unix-sk"),
                    toggle("allow shell jobs", "shell-job"),
                    toggle("handle file locks, for safety", "file-locks"),
                    toggle("use userfaultfd to lazily restore memory pages", "lazy-pages"),
                    toggle("enable auto deduplication of memory images", "auto-dedup"),
                    value("cgroups mode: soft, full, strict, ignore", "manage-cgroups-mode"),
                    value("create a namespace, but don't restore its properties", "empty-ns"));

    private static final List<Flag> CHECKPOINT =
            with(
                    CRIU,
                    value("path for previous criu image files in pre-dump", "parent-path"),
                    toggle("skip in-flight tcp connections", "tcp-skip-in-flight"),
                    toggle("allow one to link unlinked files back when possible", "link-remap"),
                    toggle("leave the process running after checkpointing", "leave-running"),
                    value("criu writes \\0 to this FD once lazy-pages is ready", "status-fd"),
                    value("ADDRESS:PORT of the page server", "page-server"),
                    toggle("dump container's memory information only", "pre-dump"));

    private static final List<Flag> RESTORE =
            with(
                    CRIU,
                    CONSOLE_SOCKET,
                    PID_FILE,
                    BUNDLE,
                    DETACH,
                    NO_SUBREAPER,
                    NO_PIVOT,
                    value("specify an LSM profile to be used during restore", "lsm-profile"),
                    value("specify an LSM mount context", "lsm-mount-context"));

    private static final String ID = "<container-id>";

    /** All of them, in the order of the help text. */
    static final List<Command> ALL =
            List.of(
                    command(
                            "checkpoint",
                            "checkpoint a running container",
                            CHECKPOINT,
                            Checkpointing::checkpoint),
                    command("create", "create a container", CREATE, Creation::create),
                    new Command(
                            "delete",
                            "delete any resources held by the container",
                            ID,
                            Words.ID,
                            List.of(
                                    toggle(
                                            "forcibly deletes the container if it is still running"
                                                    + " (uses SIGKILL)",
                                            "force",
                                            "f")),
                            Lifecycle::delete),
                    new Command(
                            "exec",
                            "execute new process inside the container",
                            ID + " <command> [command options]",
                            Words.ID_AND_COMMAND,
                            EXEC,
                            Execution::exec),
                    new Command(
                            "kill",
                            "kill sends the specified signal (default: SIGTERM) to the container's"
                                    + " init process",
                            ID + " [signal]",
                            Words.ID_AND_SIGNAL,
                            List.of(toggle("(obsoleted, do not use)", "all", "a")),
                            Lifecycle::kill),
                    new Command(
                            "list",
                            "lists containers started with the given root",
                            "",
                            Words.NONE,
                            List.of(FORMAT, toggle("display only container IDs", "quiet", "q")),
                            Queries::list),
                    new Command(
                            "events",
                            "display container events such as OOM notifications, cpu, memory, and"
                                    + " IO usage statistics",
                            ID,
                            Words.ID,
                            List.of(
                                    value("set the stats collection interval", "interval"),
                                    toggle("display the container's stats then exit", "stats")),
                            Events::events),
                    command(
                            "pause",
                            "pause suspends all processes inside the container",
                            List.of(),
                            Lifecycle::pause),
                    new Command(
                            "ps",
                            "ps displays the processes running inside a container",
                            ID + " [ps options]",
                            Words.ID_AND_COMMAND,
                            List.of(FORMAT),
                            Processes::ps),
                    command(
                            "resume",
                            "resumes all processes that have been previously paused",
                            List.of(),
                            Lifecycle::resume),
                    command(
                            "restore",
                            "restore a container from a previous checkpoint",
                            RESTORE,
                            Restoring::restore),
                    command("run", "create and run a container", RUN, Creation::run),
                    new Command(
                            "spec",
                            "create a new specification file",
                            "",
                            Words.NONE,
                            List.of(
                                    BUNDLE,
                                    toggle(
                                            "generate a configuration for a rootless container",
                                            "rootless")),
                            Template::spec),
                    command(
                            "start",
                            "executes the user defined process in a created container",
                            List.of(),
                            Lifecycle::start),
                    command("state", "output the state of a container", List.of(), Queries::state),
                    command(
                            "update",
                            "update container resource constraints",
                            UPDATE,
                            Updating::update),
                    new Command(
                            "features",
                            "show the enabled features",
                            "",
                            Words.NONE,
                            List.of(),
                            Features::features));

    private Commands() {}

    private static Command command(
            String name, String summary, List<Flag> flags, Command.Action action) {
        return new Command(name, summary, ID, Words.ID, flags, action);
    }

    private static List<Flag> with(List<Flag> flags, Flag... more) {
        List<Flag> all = new ArrayList<>(List.of(more));
        all.addAll(flags);
        return all;
    }
}
