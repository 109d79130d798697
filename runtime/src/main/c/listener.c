/*
 * The listener of a system call filter with SCMP_ACT_NOTIFY, on its way to the agent that answers
 * for the kernel. The creator carries it: the process itself is under the filter already.
 */
#include <errno.h>
#include <string.h>

#include "handover.h"
#include "io.h"
#include "launch.h"
#include "sync.h"

/* As the specification has it: one connection, one message, the descriptor along with it. */
static int give(const char *path, const char *message, int listener, struct failure *failure)
{
    AUTO_CLOSE int agent = connect_receiver(path);
    if (agent < 0)
        return fail(failure, errno, "connect");
    return send_with_fd(agent, message, strlen(message), listener) == 0
        ? 0
        : fail(failure, errno, "send");
}

int hand_over_listener(
    const struct plan *plan, pid_t pid, int listener, struct failure *failure)
{
    const struct operation *operation = plan_find(plan, OP_SECCOMP_LISTENER);
    if (operation == NULL || listener < 0)
        return fail(failure, EPROTO, "listener");
    struct reader fields = operation_fields(operation);
    const char *path = read_str(&fields);
    AUTO_FREE const char **parts = read_strs(&fields);
    AUTO_FREE char *message = parts == NULL ? NULL : join_with_number(parts, pid);
    failure->operation = (uint32_t) (operation - plan->operations);
    failure->code = operation->code;
    if (message == NULL)
        return fail(failure, ENOMEM, "listener");
    if (give(path, message, listener, failure) != 0)
        return -1;
    failure->operation = NO_OPERATION;
    failure->code = 0;
    return 0;
}
