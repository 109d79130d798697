package jong.runtime.validate;

import java.util.Set;
import jong.oci.runtime.ProcessSpec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** What {@code process} must have, and the numbers that the kernel would refuse later. */
final class ProcessRules {

    private static final Set<String> IO_CLASSES =
            Set.of("IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE");
    private static final int MOST_IO_PRIORITY = 7;
    private static final int LEAST_NICE = -20;
    private static final int MOST_NICE = 19;

    private ProcessRules() {}

    static void check(ProcessSpec process) {
        require(!process.cwd().isEmpty(), "Cwd property must not be empty");
        require(process.cwd().startsWith("/"), "Cwd must be an absolute path");
        require(!process.args().isEmpty(), "args must not be empty");
        process.scheduler().ifPresent(ProcessRules::checkScheduler);
        process.ioPriority().ifPresent(ProcessRules::checkIoPriority);
    }

    /** By the rules of sched_setattr(2). */
    private static void checkScheduler(JsonObject scheduler) {
        String policy = scheduler.string("policy");
        require(!policy.isEmpty(), "scheduler policy is required");
        long nice = scheduler.number("nice");
        boolean isNice = policy.equals("SCHED_OTHER") || policy.equals("SCHED_BATCH");
        require(
                !isNice || (nice >= LEAST_NICE && nice <= MOST_NICE),
                "invalid scheduler.nice: " + nice + " when scheduler.policy is " + policy);
        require(
                scheduler.number("priority") == 0
                        || policy.equals("SCHED_FIFO")
                        || policy.equals("SCHED_RR"),
                "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
        require(
                policy.equals("SCHED_DEADLINE")
                        || (scheduler.number("runtime") == 0
                                && scheduler.number("deadline") == 0
                                && scheduler.number("period") == 0),
                "scheduler runtime/deadline/period can only be specified for SchedDeadline"
                        + " policy");
    }

    private static void checkIoPriority(JsonObject io) {
        long priority = io.number("priority");
        require(
                priority >= 0 && priority <= MOST_IO_PRIORITY,
                "invalid ioPriority.Priority: " + priority);
        require(
                IO_CLASSES.contains(io.string("class")),
                "invalid ioPriority.Class: \"" + io.string("class") + '"');
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new InvalidArgument(otherwise);
        }
    }
}
