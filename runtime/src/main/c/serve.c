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
    if (plan_find(plan, OP_SECCOMP_LISTENER) != NULL)
        return true;
    if (plan_find(plan, OP_PIVOT) == NULL)
        return false;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct operation *operation = &plan->operations[i];
        if (operation->code == OP_BIND_ID_MAP || operation->code == OP_NET_DEVICE
            || operation->code == OP_AWAIT_CREATOR_HOOKS || has_flag(operation, CLONE_NEWUSER))
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

static int answer_by_worker(const struct plan *plan, const struct operation *operation,
    const struct launched *launched, struct failure *failure)
{
    pid_t worker = fork();
    if (worker == 0)
        answer(plan, operation, launched->pid, launched->sync);
    if (worker < 0)
        return fail(failure, errno, "fork");
    int status;
    while (waitpid(worker, &status, 0) < 0)
        if (errno != EINTR)
            return fail(failure, errno, "helper of the first process");
    return status == 0 ? 0 : fail(failure, ECHILD, "helper of the first process");
}

static int serve(const struct plan *plan, const struct sync_message *asked,
    const struct launched *launched, struct failure *failure)
{
    if (asked->failure.operation >= plan->count)
        return fail(failure, EPROTO, "request of the first process");
    const struct operation *operation = &plan->operations[asked->failure.operation];
    if (operation->code != OP_AWAIT_CREATOR_HOOKS)
        return answer_by_worker(plan, operation, launched, failure);
    if (run_creator_hooks(plan, launched->pid, failure) != 0)
        return -1;
    return sync_send_failure(launched->sync, SYNC_ANSWER, &FAILURE_NONE) == 0
        ? 0
        : fail(failure, errno, "the first process");
}

static int take_listener(const struct plan *plan, int listener, const struct launched *launched,
    struct failure *failure)
{
    if (hand_over_listener(plan, launched->pid, listener, failure) != 0)
        return -1;
    return sync_send(launched->sync, SYNC_GO) == 0 ? 0 : fail(failure, errno, "the process");
}

/* Deals with one message, and the descriptor along with it (-1: none); 1 when it was the last. */
static int serve_message(const struct plan *plan, const struct sync_message *message, int fd,
    const struct launched *launched, struct failure *failure)
{
    switch (message->type) {
    case SYNC_ASK:
        return serve(plan, message, launched, failure);
    case SYNC_LISTENER:
        return take_listener(plan, fd, launched, failure) == 0 ? 1 : -1;
    case SYNC_MOUNTED:
        return plan_find(plan, OP_SECCOMP_LISTENER) == NULL;
    case SYNC_FAILED:
        *failure = message->failure;
        return -1;
    default:
        return fail(failure, EPROTO, "message of the first process");
    }
}

int serve_child(const struct plan *plan, struct launched *launched, warner warn, void *context,
    struct failure *failure)
{
    int status = !plan_asks(plan);
    while (status == 0) {
        struct sync_message message;
        AUTO_CLOSE int fd = -1;
        if (sync_receive(launched->sync, &message, &fd) != 1)
            return fail(failure, ECHILD, "the first process ended early");
        if (message.type == SYNC_WARNING)
            warn(context, message.failure.detail);
        else if (message.type == SYNC_CONSOLE)
            launched->console = take_fd(&fd);
        else
            status = serve_message(plan, &message, fd, launched, failure);
    }
    return status > 0 ? 0 : -1;
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
