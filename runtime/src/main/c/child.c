#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "io.h"
#include "ops.h"
#include "root.h"
#include "sync.h"
#include "syscalls.h"

#define FIRST_FREE_FD 3

void child_warn(struct child *child, const char *format, ...)
{
    struct failure warning = FAILURE_NONE;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(warning.detail, sizeof warning.detail, format, arguments);
    va_end(arguments);
    sync_send_failure(child->sync, SYNC_WARNING, &warning);
}

int child_root(struct child *child)
{
    if (child->root < 0)
        child->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return child->root;
}

/* Read before anything runs (child_settle); nothing is left to do at its place in the plan. */
static int op_preserve_fds(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    (void) failure;
    return 0;
}

/* The process is in its cgroups already: they become the namespace's roots. */
static int op_cgroup_namespace(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    return unshare(CLONE_NEWCGROUP) == 0 ? 0 : fail(failure, errno, "cgroup namespace");
}

static child_operation *const operations[] = {
    [OP_CGROUP_NAMESPACE] = op_cgroup_namespace,
    [OP_ROOT_PROPAGATION] = op_root_propagation,
    [OP_ROOTFS_BIND] = op_rootfs_bind,
    [OP_ROOTFS_OVERLAY] = op_rootfs_overlay,
    [OP_MOUNT] = op_mount,
    [OP_BIND] = op_bind,
    [OP_MKNOD] = op_mknod,
    [OP_SYMLINK] = op_symlink,
    [OP_CONSOLE] = op_console,
    [OP_PIVOT] = op_pivot,
    [OP_ROOT_READONLY] = op_root_readonly,
    [OP_MASK_PATHS] = op_mask_paths,
    [OP_READONLY_PATHS] = op_readonly_paths,
    [OP_HOSTNAME] = op_hostname,
    [OP_DOMAINNAME] = op_domainname,
    [OP_SYSCTL] = op_sysctl,
    [OP_SETSID] = op_setsid,
    [OP_KEYRING] = op_keyring,
    [OP_LOOPBACK_UP] = op_loopback_up,
    [OP_ROOT_PROPAGATION_FINAL] = op_root_propagation_final,
    [OP_UMASK] = op_umask,
    [OP_CWD] = op_cwd,
    [OP_USER_IDS] = op_user_ids,
    [OP_USER_LOOKUP] = op_user_lookup,
    [OP_HOME] = op_home,
    [OP_CAPABILITIES] = op_capabilities,
    [OP_NO_NEW_PRIVS] = op_no_new_privs,
    [OP_SECCOMP] = op_seccomp,
    [OP_APPARMOR] = op_apparmor,
    [OP_SELINUX] = op_selinux,
    [OP_PERSONALITY] = op_personality,
    [OP_SCHEDULER] = op_scheduler,
    [OP_IO_PRIORITY] = op_io_priority,
    [OP_HOOK] = op_hook,
    [OP_STDIO_OWNER] = op_stdio_owner,
    [OP_WAIT_START] = op_wait_start,
    [OP_EXEC] = op_exec,
    [OP_PRESERVE_FDS] = op_preserve_fds,
    [OP_BIND_ID_MAP] = op_bind_id_map,
    [OP_REMOUNT] = op_remount,
    [OP_NET_DEVICE] = op_net_device,
    [OP_LATE_READ_ONLY] = op_late_read_only,
    [OP_FILE_LABEL] = op_file_label,
    [OP_AWAIT_CREATOR_HOOKS] = op_await_creator_hooks,
    [OP_CPU_AFFINITY] = op_cpu_affinity,
    [OP_MEMORY_POLICY] = op_memory_policy,
};

/*
 * The mounts are made while the creator carries out its stage; what runs foreign code, or gives up
 * the rights that limits are set with, waits for it.
 */
static bool needs_parent(const struct operation *operation)
{
    switch (operation->code) {
    case OP_HOOK:
    case OP_AWAIT_CREATOR_HOOKS:
    case OP_CAPABILITIES:
    case OP_WAIT_START:
    case OP_EXEC:
        return true;
    default:
        return false;
    }
}

void await_parent(struct child *child)
{
    if (child->parent_done)
        return;
    /* The end of the socket in place of GO: the creator has died, or has given us up. */
    if (sync_await(child->sync, SYNC_GO) != 0)
        _exit(1);
    child->parent_done = true;
}

static int run_operation(void *context, const struct operation *operation, struct failure *failure)
{
    struct child *child = context;
    struct reader fields = operation_fields(operation);
    if (needs_parent(operation))
        await_parent(child);
    child->current = operation;
    return operations[operation->code](child, &fields, failure);
}

static int place_stdio(const int stdio[3])
{
    for (int i = 0; i < 3; i++)
        if (stdio[i] >= 0 && dup2(stdio[i], i) < 0)
            return -1;
    return 0;
}

/*
 * The FIFO lies on the host, which is out of reach after the pivot; read and write, so that opening
 * never waits.
 */
static int open_fifo(struct child *child)
{
    const struct operation *wait = plan_find(child->plan, OP_WAIT_START);
    if (wait == NULL)
        return 0;
    struct reader fields = operation_fields(wait);
    const char *path = read_str(&fields);
    if (*path == '\0')
        return 0;
    child->fifo = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    return child->fifo < 0 ? -1 : 0;
}

int child_settle(struct child *child, const struct plan *plan, const int stdio[3], int sync)
{
    *child = (struct child){.plan = plan, .root = -1, .null = -1, .procfs = -1, .fifo = -1};
    child->creator_is_root = geteuid() == 0;
    child->joins_process = plan_find(plan, OP_NS_JOIN_PROCESS) != NULL;
    child->no_new_privs = plan_find(plan, OP_NO_NEW_PRIVS) != NULL;
    const struct operation *preserve = plan_find(plan, OP_PRESERVE_FDS);
    if (preserve != NULL) {
        struct reader fields = operation_fields(preserve);
        child->preserved = read_u32(&fields);
    }
    if (place_stdio(stdio) != 0)
        return -1;
    int place = FIRST_FREE_FD + (int) child->preserved;
    if (sync != place && dup3(sync, place, O_CLOEXEC) < 0)
        return -1;
    child->sync = place;
    if (sys_close_range((unsigned int) place + 1, ~0U, 0) != 0)
        return -1;
    return open_fifo(child);
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    /*
     * By system call, as libc hides 32 and 33 for its own use: these are ignored in what a JVM
     * starts, and the process's libc may be another. The handler, SIG_DFL, is the first member.
     */
    const uint64_t by_default[4] = {0};
    for (int number = 1; number < NSIG; number++)
        syscall(SYS_rt_sigaction, number, by_default, NULL, sizeof(uint64_t));
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * In a new user namespace this process is nobody until the maps stand; from here on it is its root.
 */
static int become_root_of_user_namespace(void)
{
    return syscall(SYS_setresgid, 0, 0, 0) != 0 || syscall(SYS_setresuid, 0, 0, 0) != 0 ? -1 : 0;
}

/*
 * While we are closed to others, our own files in procfs belong to the host's root, who is nobody
 * here.
 */
static int write_time_offsets(const struct operation *offsets)
{
    struct reader fields = operation_fields(offsets);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    int status = write_file("/proc/self/timens_offsets", read_str(&fields));
    int error = errno;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    errno = error;
    return status;
}

/* Its offsets can be set until somebody is in it: so they come before we enter it ourselves. */
static int enter_time_namespace(struct child *child, struct failure *failure)
{
    const struct operation *offsets = plan_find(child->plan, OP_TIME_OFFSETS);
    if (unshare(CLONE_NEWTIME) != 0)
        return fail(failure, errno, "time namespace");
    if (offsets != NULL && write_time_offsets(offsets) != 0)
        return fail(failure, errno, "timens_offsets");
    AUTO_CLOSE int made = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
    return made >= 0 && setns(made, CLONE_NEWTIME) == 0 ? 0
                                                        : fail(failure, errno, "time namespace");
}

/*
 * Namespaces other than user and pid are made only now when a user namespace came with the
 * clone: their own inodes (mqueue's root, for one) belong to whoever makes them, and before the
 * maps that is nobody.
 */
static int make_owned_namespaces(struct child *child, struct failure *failure)
{
    const struct operation *clone = plan_find(child->plan, OP_CLONE);
    if (clone == NULL)
        return 0;
    struct reader fields = operation_fields(clone);
    uint64_t flags = read_u64(&fields);
    if (!(flags & CLONE_NEWUSER))
        return 0;
    int later = (int) (flags & (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET));
    await_parent(child);
    /* A creator without root's rights had to be allowed to write the maps; nobody else is. */
    if (become_root_of_user_namespace() != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
        || unshare(later) != 0)
        return fail(failure, errno, "namespaces of the user namespace");
    return flags & CLONE_NEWTIME ? enter_time_namespace(child, failure) : 0;
}

void child_die(struct child *child, const struct failure *failure)
{
    sync_send_failure(child->sync, SYNC_FAILED, failure);
    _exit(1);
}

void child_run(struct child *child)
{
    struct failure failure = FAILURE_NONE;
    reset_signals();
    umask(022);
    /* A creator that died before this line shows as the end of the socket in the wait for GO. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (make_owned_namespaces(child, &failure) == 0)
        plan_run(child->plan, STAGE_CHILD, run_operation, child, &failure);
    child_die(child, &failure);
}
