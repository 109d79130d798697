package jong.runtime.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.SeccompSpec;
import jong.oci.runtime.Spec;
import jong.runtime.seccomp.SeccompProgram;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** Turns {@code process} into operations; the same for a container's first process and others. */
final class ProcessOperations {

    private static final List<String> RLIMITS =
            List.of(
                    "RLIMIT_CPU",
                    "RLIMIT_FSIZE",
                    "RLIMIT_DATA",
                    "RLIMIT_STACK",
                    "RLIMIT_CORE",
                    "RLIMIT_RSS",
                    "RLIMIT_NPROC",
                    "RLIMIT_NOFILE",
                    "RLIMIT_MEMLOCK",
                    "RLIMIT_AS",
                    "RLIMIT_LOCKS",
                    "RLIMIT_SIGPENDING",
                    "RLIMIT_MSGQUEUE",
                    "RLIMIT_NICE",
                    "RLIMIT_RTPRIO",
                    "RLIMIT_RTTIME");

    /** By their numbers (include/uapi/linux/ioprio.h). */
    private static final List<String> IO_CLASSES =
            List.of("IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE");

    private static final int IO_CLASS_SHIFT = 13;
    private static final int DEFAULT_UMASK = 0_022;

    private final ProcessSpec process;
    private final Plan.Builder plan;

    ProcessOperations(ProcessSpec process, Plan.Builder plan) {
        this.process = process;
        this.plan = plan;
    }

    /** The CPUs of an exec'd process until it is in its cgroup. */
    void addInitialAffinity() {
        if (!process.initialCpuAffinity().isEmpty()) {
            plan.add(OpCode.INITIAL_CPU_AFFINITY, mask(process.initialCpuAffinity(), "Initial"));
        }
    }

    /** Those in the cgroup; without any wish, what we ourselves are bound to does not count. */
    void addFinalAffinity() {
        if (!process.finalCpuAffinity().isEmpty()) {
            plan.add(OpCode.CPU_AFFINITY, mask(process.finalCpuAffinity(), "Final"));
        } else if (process.initialCpuAffinity().isEmpty()) {
            plan.add(OpCode.CPU_AFFINITY, new byte[0]);
        }
    }

    private static byte[] mask(String cpus, String which) {
        try {
            return BitList.parse(cpus);
        } catch (InvalidArgument e) {
            throw new InvalidArgument("bad CPUAffinity." + which + ": " + e.getMessage(), e);
        }
    }

    /** Whom the filter's notifications go to, when it has any. */
    void addListener(Optional<SeccompProgram> seccomp, Spec container, List<String> message) {
        if (seccomp.isPresent() && seccomp.get().notifies()) {
            String path = container.linux().seccomp().map(SeccompSpec::listenerPath).orElse("");
            if (path.isEmpty()) {
                throw new InvalidArgument("seccomp listenerPath is not set");
            }
            plan.add(OpCode.SECCOMP_LISTENER, path, message);
        }
    }

    /** What the creating process sets while it still has the rights to. */
    void addParentStage() {
        Long oomScore = process.oomScoreAdj();
        if (oomScore != null) {
            plan.add(OpCode.OOM_SCORE_ADJ, oomScore.intValue());
        }
        Set<String> seen = new HashSet<>();
        for (ProcessSpec.Rlimit limit : process.rlimits()) {
            int resource = RLIMITS.indexOf(limit.type());
            if (resource < 0) {
                throw new InvalidArgument("wrong rlimit value: " + limit.type());
            }
            if (!seen.add(limit.type())) {
                throw new InvalidArgument("process.rlimits: duplicated " + limit.type());
            }
            plan.add(OpCode.RLIMIT, resource, limit.soft(), limit.hard());
        }
    }

    /** The terminal, when the process has one. */
    void addConsole() {
        if (process.terminal()) {
            plan.add(OpCode.CONSOLE, process.consoleRows(), process.consoleColumns());
        }
    }

    /** Labels and priorities, which need the rights of the creator. */
    void addAttributes() {
        if (!process.apparmorProfile().isEmpty()) {
            plan.add(OpCode.APPARMOR, process.apparmorProfile());
        }
        if (!process.selinuxLabel().isEmpty()) {
            plan.add(OpCode.SELINUX, process.selinuxLabel());
        }
        process.scheduler().ifPresent(s -> plan.add(OpCode.SCHEDULER, Scheduler.attributes(s)));
        process.ioPriority().ifPresent(io -> plan.add(OpCode.IO_PRIORITY, ioPriority(io)));
    }

    /** Everything from the umask to the wait for the start. */
    void addIdentity(Optional<SeccompProgram> seccomp, String fifo, int preservedFds) {
        Long umask = process.user().umask();
        plan.add(OpCode.UMASK, umask == null ? DEFAULT_UMASK : umask.intValue());
        addUser();
        plan.add(OpCode.STDIO_OWNER);
        plan.add(OpCode.HOME);
        plan.add(OpCode.CWD, process.cwd(), 1);
        if (process.noNewPrivileges()) {
            addCapabilities();
            plan.add(OpCode.NO_NEW_PRIVS);
            seccomp.ifPresent(this::addSeccomp);
        } else {
            seccomp.ifPresent(this::addSeccomp);
            addCapabilities();
        }
        if (preservedFds > 0) {
            plan.add(OpCode.PRESERVE_FDS, preservedFds);
        }
        plan.add(OpCode.WAIT_START, fifo);
    }

    /** The program itself. */
    void addExec() {
        plan.add(OpCode.EXEC, process.args(), environment(process.env()), "");
    }

    private void addUser() {
        ProcessSpec.User user = process.user();
        if (user.username().isEmpty()) {
            plan.add(OpCode.USER_IDS, user.uid(), user.gid(), user.additionalGids(), 0);
        } else {
            plan.add(OpCode.USER_LOOKUP, user.username(), user.additionalGroups());
        }
    }

    private void addCapabilities() {
        var sets = new Capabilities(process.capabilities());
        plan.add(
                OpCode.CAPABILITIES,
                sets.bounding(),
                sets.effective(),
                sets.permitted(),
                sets.inheritable(),
                sets.ambient());
        sets.warnings().forEach(plan::warn);
    }

    private void addSeccomp(SeccompProgram program) {
        plan.add(OpCode.SECCOMP, program.flags(), program.filter());
    }

    /** Of several values of one name the last one counts, as everywhere in Docker. */
    private static List<String> environment(List<String> env) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String entry : env) {
            int equals = entry.indexOf('=', 1);
            byName.put(equals < 0 ? entry : entry.substring(0, equals), entry);
        }
        return new ArrayList<>(byName.values());
    }

    private static int ioPriority(JsonObject io) {
        int ioClass = IO_CLASSES.indexOf(io.string("class"));
        return ioClass << IO_CLASS_SHIFT | (int) io.number("priority");
    }

    /** {@code struct sched_attr}, version 0 (include/uapi/linux/sched/types.h). */
    static final class Scheduler {
        private static final int SIZE = 48;
        private static final Map<String, Integer> POLICIES =
                Map.of(
                        "SCHED_OTHER", 0,
                        "SCHED_FIFO", 1,
                        "SCHED_RR", 2,
                        "SCHED_BATCH", 3,
                        "SCHED_ISO", 4,
                        "SCHED_IDLE", 5,
                        "SCHED_DEADLINE", 6);
        private static final Map<String, Integer> FLAGS =
                Map.of(
                        "SCHED_FLAG_RESET_ON_FORK", 0x01,
                        "SCHED_FLAG_RECLAIM", 0x02,
                        "SCHED_FLAG_DL_OVERRUN", 0x04,
                        "SCHED_FLAG_KEEP_POLICY", 0x08,
                        "SCHED_FLAG_KEEP_PARAMS", 0x10,
                        "SCHED_FLAG_UTIL_CLAMP_MIN", 0x20,
                        "SCHED_FLAG_UTIL_CLAMP_MAX", 0x40);

        private Scheduler() {}

        static byte[] attributes(JsonObject scheduler) {
            Integer policy = POLICIES.get(scheduler.string("policy"));
            if (policy == null) {
                throw new InvalidArgument(
                        "invalid scheduler policy: " + scheduler.string("policy"));
            }
            long flags = 0;
            for (String word : scheduler.strings("flags")) {
                Integer flag = FLAGS.get(word);
                if (flag == null) {
                    throw new InvalidArgument("invalid scheduler flag: " + word);
                }
                flags |= flag;
            }
            return ByteBuffer.allocate(SIZE)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(SIZE)
                    .putInt(policy)
                    .putLong(flags)
                    .putInt((int) scheduler.number("nice"))
                    .putInt((int) scheduler.number("priority"))
                    .putLong(scheduler.number("runtime"))
                    .putLong(scheduler.number("deadline"))
                    .putLong(scheduler.number("period"))
                    .array();
        }
    }
}
