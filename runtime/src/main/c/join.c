/*
 * Stage BEFORE: a helper of one thread leaves our namespaces for those that its clone is to live
 * in.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "io.h"
#include "launch.h"
#include "ops.h"
#include "procfs.h"
#include "syscalls.h"

#define MAX_JOINED 16 /* there are eight kinds */

struct joined {
    int fd;
    uint32_t kind;
    uint32_t operation;
    const char *path;
};

static int become_root(void)
{
    return syscall(SYS_setresgid, 0, 0, 0) != 0 || syscall(SYS_setresuid, 0, 0, 0) != 0 ? -1 : 0;
}

static int blame(const struct joined *joined, struct failure *failure)
{
    failure->operation = joined->operation;
    failure->code = OP_NS_JOIN;
    return fail(failure, errno, joined->path);
}

/* All are opened before the first is joined: after that, the paths may mean something else. */
static int open_all(const struct plan *plan, struct joined joined[MAX_JOINED], uint32_t *count,
    struct failure *failure)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct operation *operation = &plan->operations[i];
        if (operation->code != OP_NS_JOIN)
            continue;
        if (*count == MAX_JOINED)
            return fail(failure, E2BIG, "namespaces");
        struct reader fields = operation_fields(operation);
        struct joined *next = &joined[*count];
        *next = (struct joined){.kind = read_u32(&fields), .operation = i};
        next->path = read_str(&fields);
        next->fd = open(next->path, O_RDONLY | O_CLOEXEC);
        if (next->fd < 0)
            return blame(next, failure);
        ++*count;
    }
    return 0;
}

static void join_permitted(struct joined joined[], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (joined[i].fd >= 0 && joined[i].kind != CLONE_NEWUSER
            && setns(joined[i].fd, (int) joined[i].kind) == 0)
            close_fd(&joined[i].fd);
}

static int join_user(struct joined joined[], uint32_t count, struct failure *failure)
{
    for (uint32_t i = 0; i < count; i++) {
        if (joined[i].kind != CLONE_NEWUSER)
            continue;
        if (setns(joined[i].fd, CLONE_NEWUSER) != 0 || become_root() != 0)
            return blame(&joined[i], failure);
        close_fd(&joined[i].fd);
    }
    return 0;
}

/*
 * A namespace may belong to our user namespace or to the one that is joined; so each is tried with
 * the rights before it and, if refused, with those after it. One that is left is an error.
 */
static int join_all(struct joined joined[], uint32_t count, struct failure *failure)
{
    join_permitted(joined, count);
    if (join_user(joined, count, failure) != 0)
        return -1;
    for (uint32_t i = 0; i < count; i++) {
        if (joined[i].fd < 0)
            continue;
        if (setns(joined[i].fd, (int) joined[i].kind) != 0)
            return blame(&joined[i], failure);
        close_fd(&joined[i].fd);
    }
    return 0;
}

/* A pid may have been given to a stranger since the caller looked: the start time tells. */
static int join_process(const struct operation *operation, struct failure *failure)
{
    struct reader fields = operation_fields(operation);
    pid_t pid = (pid_t) read_u32(&fields);
    uint64_t start_time = read_u64(&fields);
    int flags = (int) read_u64(&fields);
    AUTO_CLOSE int pidfd = sys_pidfd_open(pid);
    if (pidfd < 0)
        return failf(failure, errno, "process %d", (int) pid);
    if (start_time != 0 && process_start_time(pid) != start_time)
        return failf(failure, ESRCH, "process %d", (int) pid);
    if (setns(pidfd, flags) != 0)
        return failf(failure, errno, "namespaces of process %d", (int) pid);
    if ((flags & CLONE_NEWUSER) && become_root() != 0)
        return failf(failure, errno, "user namespace of process %d", (int) pid);
    return 0;
}

/* One that is to belong to a new user namespace is made by the child, who is in it. */
static bool makes_time_namespace(const struct plan *plan)
{
    const struct operation *clone = plan_find(plan, OP_CLONE);
    if (clone == NULL)
        return false;
    struct reader fields = operation_fields(clone);
    return (read_u64(&fields) & (CLONE_NEWTIME | CLONE_NEWUSER)) == CLONE_NEWTIME;
}

/* A time namespace counts from the next clone on, and its offsets can be set until then. */
static int make_time_namespace(const struct plan *plan, struct failure *failure)
{
    if (!makes_time_namespace(plan))
        return 0;
    return unshare(CLONE_NEWTIME) == 0 ? 0 : fail(failure, errno, "time namespace");
}

static int run_operation(void *context, const struct operation *operation, struct failure *failure)
{
    const struct plan *plan = context;
    struct reader fields = operation_fields(operation);
    switch (operation->code) {
    case OP_NS_JOIN_PROCESS:
        return join_process(operation, failure);
    case OP_CLONE:
        return make_time_namespace(plan, failure);
    case OP_TIME_OFFSETS:
        return !makes_time_namespace(plan)
                || write_file("/proc/self/timens_offsets", read_str(&fields)) == 0
            ? 0
            : fail(failure, errno, "timens_offsets");
    default:
        return 0; /* affinity, CGROUP_JOIN and NS_JOIN: done before, each kind at once */
    }
}

static int set_initial_affinity(const struct plan *plan, struct failure *failure)
{
    const struct operation *operation = plan_find(plan, OP_INITIAL_CPU_AFFINITY);
    if (operation == NULL)
        return 0;
    struct reader fields = operation_fields(operation);
    if (set_affinity(&fields, failure) == 0)
        return 0;
    failure->operation = (uint32_t) (operation - plan->operations);
    failure->code = operation->code;
    return -1;
}

int run_before_stage(const struct plan *plan, bool in_unified, struct failure *failure)
{
    struct joined joined[MAX_JOINED];
    uint32_t count = 0;
    if (set_initial_affinity(plan, failure) != 0 || enter_cgroups(plan, in_unified, failure) != 0)
        return -1;
    if (open_all(plan, joined, &count, failure) != 0 || join_all(joined, count, failure) != 0)
        return -1;
    return plan_run(plan, STAGE_BEFORE, run_operation, (void *) (uintptr_t) plan, failure);
}
