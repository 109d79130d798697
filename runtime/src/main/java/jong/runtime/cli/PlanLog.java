package jong.runtime.cli;

import jong.runtime.plan.OpCode;
import jong.runtime.plan.Operation;
import jong.runtime.plan.Plan;

/** What the log tells about a plan before it is carried out. */
final class PlanLog {

    private PlanLog() {}

    static void tell(Plan plan, Log log) {
        plan.warnings().forEach(log::warning);
        if (!log.debug()) {
            return;
        }
        log.debug("plan of " + plan.operations().size() + " operations");
        for (Operation operation : plan.operations()) {
            if (operation.code() == OpCode.SECCOMP) {
                log.debug("seccomp filter flags: " + operation.operands().getFirst());
            }
        }
    }
}
