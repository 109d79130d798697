#include "serve.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "io.h"
#include "ops.h"
#include "sync.h"
#include "syscalls.h"

static bool has_flag(const struct operation *operation, uint64_t flag)
{
    struct reader fields = operation_fields(operation);
    return operation->code == OP_CLONE  ? (read_u64(&fields) & flag) != 0
        : operation->code == OP_NS_JOIN ? read_u32(&fields) == flag
                                        : false;
}

bool plan_asks(const struct plan *plan)
{
    if (plan_find(plan, OP_PIVOT) == NULL)
        return false;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct operation *operation = &plan->operations[i];
        if (operation->code == OP_BIND_ID_MAP || operation->code == OP_NET_DEVICE
            || has_flag(operation, CLONE_NEWUSER))
            return true;
    }
    return false;
}

/* A process of its own, since it has to leave our namespaces; it speaks with the child itself. */
_Noreturn static void answer(
    const struct plan *plan, const struct operation *operation, pid_t pid, int sync)
{
    struct failure failure = FAILURE_NONE;
    AUTO_CLOSE int fd = -1;
    int status = operation->code == OP_BIND
        ? (fd = open_bind_source(plan, operation, pid, &failure)) < 0
        : operation->code == OP_NET_DEVICE
        ? move_net_device(operation, pid, &failure)
        : fail(&failure, EINVAL, "operation that nobody can ask for");
    if (status == 0 && fd >= 0)
        _exit(sync_send_fd(sync, SYNC_ANSWER, fd) != 0);
    _exit(sync_send_failure(sync, SYNC_ANSWER, &failure) != 0);
}

static int serve(const struct plan *plan, const struct sync_message *asked, pid_t pid, int sync,
    struct failure *failure)
{
    if (asked->failure.operation >= plan->count)
        return fail(failure, EPROTO, "request of the first process");
    const struct operation *operation = &plan->operations[asked->failure.operation];
    pid_t worker = fork();
    if (worker == 0)
        answer(plan, operation, pid, sync);
    if (worker < 0)
        return fail(failure, errno, "fork");
    int status;
    while (waitpid(worker, &status, 0) < 0)
        if (errno != EINTR)
            return fail(failure, errno, "helper of the first process");
    return status == 0 ? 0 : fail(failure, ECHILD, "helper of the first process");
}

int serve_child(const struct plan *plan, pid_t pid, int sync, warner warn, void *context,
    struct failure *failure)
{
    struct sync_message message;
    if (!plan_asks(plan))
        return 0;
    while (sync_receive(sync, &message, NULL) == 1) {
        switch (message.type) {
        case SYNC_ASK:
            if (serve(plan, &message, pid, sync, failure) != 0)
                return -1;
            break;
        case SYNC_WARNING:
            warn(context, message.failure.detail);
            break;
        case SYNC_MOUNTED:
            return 0;
        case SYNC_FAILED:
            *failure = message.failure;
            return -1;
        default:
            return fail(failure, EPROTO, "message of the first process");
        }
    }
    return fail(failure, ECHILD, "the first process ended early");
}

int ask_creator(struct child *child, int *fd, struct failure *failure)
{
    struct failure request = FAILURE_NONE;
    struct sync_message message;
    await_parent(child);
    request.operation = (uint32_t) (child->current - child->plan->operations);
    if (sync_send_failure(child->sync, SYNC_ASK, &request) != 0
        || sync_receive(child->sync, &message, fd) != 1 || message.type != SYNC_ANSWER)
        _exit(1); /* the creator is gone */
    return message.failure.error == 0
        ? 0
        : fail(failure, (int) message.failure.error, message.failure.detail);
}

int end_asking(struct child *child)
{
    if (!plan_asks(child->plan))
        return 0;
    await_parent(child);
    return sync_send(child->sync, SYNC_MOUNTED);
}
