#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "child.h"
#include "io.h"
#include "procfs.h"
#include "serve.h"
#include "sync.h"
#include "syscalls.h"

static uint64_t clone_flags(const struct plan *plan)
{
    const struct operation *operation = plan_find(plan, OP_CLONE);
    if (operation == NULL)
        return 0;
    struct reader fields = operation_fields(operation);
    uint64_t flags = read_u64(&fields);
    /*
     * See make_owned_namespaces in child.c for why not all at once. A time namespace is the
     * helper's to unshare.
     */
    if (flags & CLONE_NEWUSER)
        flags &= CLONE_NEWUSER | CLONE_NEWPID;
    return flags & ~(uint64_t) CLONE_NEWTIME;
}

/*
 * The clone enters its cgroups by itself, unless a user namespace takes the right to do so from it.
 */
static bool needs_helper(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        uint16_t code = plan->operations[i].code;
        if (plan->operations[i].stage == STAGE_BEFORE && code != OP_CLONE && code != OP_CGROUP_JOIN)
            return true;
    }
    const struct operation *clone = plan_find(plan, OP_CLONE);
    struct reader fields = {.bad = true};
    if (clone != NULL)
        fields = operation_fields(clone);
    return read_u64(&fields) & (CLONE_NEWTIME | CLONE_NEWUSER);
}

_Noreturn static void die_before_settled(int sync, const char *detail)
{
    struct failure failure = FAILURE_NONE;
    fail(&failure, errno, detail);
    sync_send_failure(sync, SYNC_FAILED, &failure);
    _exit(1);
}

/*
 * The new process is born in the plan's cgroup of version 2 if it can be: the flag
 * CLONE_INTO_CGROUP is left in the request then.
 */
static pid_t clone_into_cgroup(const struct plan *plan, struct clone_request *request)
{
    /* Who is to be on certain CPUs on its way in must not be in from the start. */
    bool enters = plan_find(plan, OP_INITIAL_CPU_AFFINITY) != NULL;
    AUTO_CLOSE int cgroup = enters ? -1 : open_unified_cgroup(plan);
    if (cgroup >= 0) {
        request->flags |= CLONE_INTO_CGROUP;
        request->cgroup = (uint64_t) cgroup;
        pid_t pid = sys_clone3(request);
        if (pid >= 0)
            return pid;
        /* A threaded group, or one with groups below, must be entered to be told why not. */
        request->flags &= ~(uint64_t) CLONE_INTO_CGROUP;
    }
    return sys_clone3(request);
}

/* The usual way: our own child, in its new namespaces at once. */
static pid_t clone_directly(const struct plan *plan, const int stdio[3], int sync, int *pidfd)
{
    struct clone_request request = {
        .flags = clone_flags(plan) | CLONE_PIDFD,
        .pidfd = (uint64_t) (uintptr_t) pidfd,
        .exit_signal = SIGCHLD,
    };
    pid_t pid = clone_into_cgroup(plan, &request);
    if (pid != 0)
        return pid;
    bool born_there = request.flags & CLONE_INTO_CGROUP;
    struct child child;
    if (child_settle(&child, plan, stdio, sync) != 0)
        die_before_settled(sync, "descriptors");
    struct failure failure = FAILURE_NONE;
    if (enter_cgroups(plan, born_there, &failure) != 0)
        child_die(&child, &failure);
    child_run(&child);
}

/*
 * Where a namespace is joined: a helper leaves ours, and its clone becomes our child, not its own,
 * so that the status of the process comes to us.
 */
_Noreturn static void be_helper(
    const struct plan *plan, const int stdio[3], int sync, bool born_there, pid_t *cloned)
{
    struct failure failure = FAILURE_NONE;
    struct child child;
    if (child_settle(&child, plan, stdio, sync) != 0)
        die_before_settled(sync, "descriptors");
    if (run_before_stage(plan, born_there, &failure) != 0)
        child_die(&child, &failure);
    struct clone_request request = {.flags = clone_flags(plan) | CLONE_PARENT};
    /*
     * Without root's rights the maps can only be written for a process that is open to its owner.
     * No foreign code is near it yet; it closes itself again as soon as they stand.
     */
    if ((request.flags & CLONE_NEWUSER) && geteuid() != 0)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    pid_t pid = sys_clone3(&request);
    if (pid == 0)
        child_run(&child);
    if (pid < 0) {
        fail(&failure, errno, "clone");
        child_die(&child, &failure);
    }
    *cloned = pid;
    _exit(0);
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* The first failure that the other end has told of. False when there is none. */
static bool told_failure(int sync, struct failure *failure)
{
    struct sync_message message;
    fcntl(sync, F_SETFL, O_NONBLOCK);
    while (sync_receive(sync, &message, NULL) == 1) {
        if (message.type != SYNC_FAILED)
            continue;
        *failure = message.failure;
        return true;
    }
    return false;
}

/*
 * The pid comes back in a shared page and not by the socket, on which the process itself may
 * already be speaking.
 */
static pid_t clone_by_helper(
    const struct plan *plan, const int stdio[3], int ends[2], struct failure *failure)
{
    pid_t *cloned =
        mmap(NULL, sizeof *cloned, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (cloned == MAP_FAILED)
        return fail(failure, errno, "helper");
    struct clone_request request = {.exit_signal = SIGCHLD};
    pid_t helper = clone_into_cgroup(plan, &request);
    if (helper == 0)
        be_helper(plan, stdio, ends[1], request.flags & CLONE_INTO_CGROUP, cloned);
    int error = errno;
    if (helper > 0)
        reap(helper);
    pid_t pid = helper > 0 ? *cloned : 0;
    munmap(cloned, sizeof *cloned);
    if (pid > 0)
        return pid;
    if (helper < 0)
        return fail(failure, error, "helper");
    if (!told_failure(ends[0], failure))
        fail(failure, ECHILD, "the helper that joins namespaces ended early");
    return -1;
}

static pid_t make_process(
    const struct plan *plan, const int stdio[3], int ends[2], int *pidfd, struct failure *failure)
{
    pid_t pid;
    if (needs_helper(plan)) {
        pid = clone_by_helper(plan, stdio, ends, failure);
        *pidfd = pid < 0 ? -1 : sys_pidfd_open(pid);
        return pid;
    }
    pid = clone_directly(plan, stdio, ends[1], pidfd);
    if (pid < 0) {
        const struct operation *clone = plan_find(plan, OP_CLONE);
        failure->code = clone != NULL ? OP_CLONE : 0;
        failure->operation = clone != NULL ? (uint32_t) (clone - plan->operations) : NO_OPERATION;
        fail(failure, errno, "clone");
    }
    return pid;
}

static int lead_to_start(const struct plan *plan, struct launched *launched, warner warn,
    void *context, struct failure *failure)
{
    if (run_parent_stage(plan, launched->pid, warn, context, failure) == 0) {
        if (sync_send(launched->sync, SYNC_GO) != 0)
            fail(failure, errno, "the first process ended early");
        else if (serve_child(plan, launched, warn, context, failure) == 0)
            return 0;
    }
    /* The process may have failed by itself meanwhile, and this is only the consequence. */
    told_failure(launched->sync, failure);
    kill(launched->pid, SIGKILL);
    reap(launched->pid);
    return -1;
}

int launch(const struct plan *plan, const int stdio[3], struct launched *launched, warner warn,
    void *context, struct failure *failure)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(failure, errno, "socket");
    AUTO_CLOSE int pidfd = -1;
    pid_t pid = make_process(plan, stdio, ends, &pidfd, failure);
    close_fd(&ends[1]);
    AUTO_CLOSE int sync = ends[0];
    if (pid < 0)
        return -1;
    *launched = (struct launched){.pid = pid, .pidfd = pidfd, .sync = sync, .console = -1};
    launched->start_time = process_start_time(pid);
    if (lead_to_start(plan, launched, warn, context, failure) != 0) {
        close_fd(&launched->console);
        return -1;
    }
    take_fd(&pidfd);
    take_fd(&sync);
    return 0;
}

int check_preserved(const struct plan *plan, struct failure *failure)
{
    const struct operation *operation = plan_find(plan, OP_PRESERVE_FDS);
    if (operation == NULL)
        return 0;
    struct reader fields = operation_fields(operation);
    uint32_t count = read_u32(&fields);
    for (uint32_t i = 0; i < count; i++) {
        int flags = fcntl((int) (3 + i), F_GETFD);
        if (flags < 0 || flags & FD_CLOEXEC)
            return failf(failure, EBADF, "descriptor %u is not open", 3 + i);
    }
    return 0;
}
