/* The change from full rights to the process's own: seccomp, ids, capabilities. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "courier.h"
#include "io.h"
#include "ops.h"
#include "procfs.h"
#include "sync.h"
#include "syscalls.h"

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif
#define CAPABILITY_BITS 64

struct capability_sets {
    uint64_t bounding;
    uint64_t effective;
    uint64_t permitted;
    uint64_t inheritable;
    uint64_t ambient;
};

static int get_permitted(uint64_t *permitted)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0)
        return -1;
    *permitted = data[0].permitted | (uint64_t) data[1].permitted << 32;
    return 0;
}

static int set_capabilities(const struct capability_sets *sets)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    for (int word = 0; word < 2; word++) {
        data[word].effective = (uint32_t) (sets->effective >> 32 * word);
        data[word].permitted = (uint32_t) (sets->permitted >> 32 * word);
        data[word].inheritable = (uint32_t) (sets->inheritable >> 32 * word);
    }
    return (int) syscall(SYS_capset, &header, data);
}

static int drop_bounding(uint64_t kept)
{
    for (int bit = 0; bit < CAPABILITY_BITS; bit++) {
        if (kept >> bit & 1)
            continue;
        if (prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) != 0)
            return errno == EINVAL ? 0 : -1; /* beyond the kernel's last capability */
    }
    return 0;
}

static void raise_ambient(struct child *child, uint64_t ambient)
{
    for (int bit = 0; bit < CAPABILITY_BITS; bit++)
        if ((ambient >> bit & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) != 0)
            child_warn(child, "ambient capability %d cannot be raised: %s", bit, strerror(errno));
}

/* The filter must let only a write pass: the wait's read may be the listener's to decide. */
static int give_listener(struct child *child, int listener, struct failure *failure)
{
    int status = courier_send(listener);
    if (status == 0)
        status = sync_await(child->sync, SYNC_GO);
    /* The creator has given up: it told why. */
    return status == 0 ? 0 : fail(failure, errno, "seccomp listener");
}

static int install(
    struct child *child, uint32_t flags, const struct sock_fprog *program, struct failure *failure)
{
    bool listened = flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if (listened && courier_start(child->sync) != 0)
        return fail(failure, errno, "seccomp listener");
    /* For all threads would be for the courier, too. */
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
        flags & ~(uint32_t) SECCOMP_FILTER_FLAG_TSYNC, program);
    if (result < 0)
        return fail(failure, errno, "seccomp");
    child->filtered = true;
    return listened ? give_listener(child, (int) result, failure) : 0;
}

static int load_filter(
    struct child *child, const struct operation *operation, struct failure *failure)
{
    struct reader fields = operation_fields(operation);
    uint32_t flags = read_u32(&fields);
    uint32_t length;
    const uint8_t *bytes = read_bytes(&fields, &length);
    if (length == 0 || length % sizeof(struct sock_filter) != 0
        || length / sizeof(struct sock_filter) > BPF_MAXINSNS)
        return fail(failure, EINVAL, "seccomp filter length");
    /* Nobody would receive the listener, and the process would wait for it for ever. */
    if ((flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
        && plan_find(child->plan, OP_SECCOMP_LISTENER) == NULL)
        return fail(failure, EOPNOTSUPP, "seccomp listener");
    AUTO_FREE struct sock_filter *filter = malloc(length);
    if (filter == NULL)
        return fail(failure, ENOMEM, "seccomp");
    memcpy(filter, bytes, length); /* the plan's bytes are not aligned */
    struct sock_fprog program = {
        .len = (unsigned short) (length / sizeof(struct sock_filter)),
        .filter = filter,
    };
    return install(child, flags, &program, failure);
}

int op_seccomp(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    (void) failure;
    return 0; /* loaded at its moment: see load_early_seccomp and what follows it */
}

/* The filter's place in time depends on no_new_privs, not on its place in the plan. */
static int load_early_seccomp(struct child *child, struct failure *failure)
{
    return child->no_new_privs ? 0 : load_late_seccomp(child, failure);
}

int load_late_seccomp(struct child *child, struct failure *failure)
{
    const struct operation *operation = plan_find(child->plan, OP_SECCOMP);
    if (operation == NULL || child->filtered)
        return 0;
    return load_filter(child, operation, failure);
}

int load_listened_seccomp(struct child *child, struct failure *failure)
{
    bool listened = plan_find(child->plan, OP_SECCOMP_LISTENER) != NULL;
    return listened ? load_late_seccomp(child, failure) : 0;
}

/* Whether our user namespace has given setgroups up, for the right to map a group by itself. */
static bool setgroups_denied(struct child *child)
{
    char path[32];
    char word[8] = "";
    snprintf(path, sizeof path, "%d/setgroups", (int) getpid());
    int procfs = trusted_procfs(&child->procfs);
    AUTO_CLOSE int fd = procfs < 0 ? -1 : openat(procfs, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd >= 0 && read(fd, word, sizeof word - 1) > 0 && strncmp(word, "deny", 4) == 0;
}

/*
 * The bare calls: this thread alone goes on, and a filter that is already in force need not allow
 * what a C library adds.
 */
static int change_ids(struct child *child, struct failure *failure)
{
    const struct identity *identity = &child->identity;
    if (!identity->skip_setgroups
        && syscall(SYS_setgroups, identity->group_count, identity->groups) != 0
        && (errno != EPERM || identity->group_count != 0 || !setgroups_denied(child)))
        return fail(failure, errno, "setgroups");
    if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) != 0)
        return fail(failure, errno, "setgid");
    if (syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) != 0)
        return fail(failure, errno, "setuid");
    return 0;
}

/* Without a CAPABILITIES operation: the ids only, and the kernel's own rules for capabilities. */
int apply_identity(struct child *child, struct failure *failure)
{
    struct identity *identity = &child->identity;
    if (!identity->applied) {
        identity->applied = true;
        if (load_early_seccomp(child, failure) != 0)
            return -1;
        if (identity->known && change_ids(child, failure) != 0)
            return -1;
    }
    if (child->late_cwd == NULL)
        return 0;
    const char *path = child->late_cwd;
    child->late_cwd = NULL;
    return enter_cwd(path, failure);
}

/* What this process does not have, it cannot give: the rest is granted and the user is told. */
static void clamp(struct child *child, struct capability_sets *sets, uint64_t available)
{
    uint64_t missing = (sets->permitted | sets->effective) & ~available;
    if (missing != 0)
        child_warn(child, "capabilities not available here were left out: %#llx",
            (unsigned long long) missing);
    sets->permitted &= available;
    sets->effective &= sets->permitted;
    sets->inheritable &= available;
}

int op_capabilities(struct child *child, struct reader *fields, struct failure *failure)
{
    struct capability_sets sets = {.bounding = read_u64(fields)};
    sets.effective = read_u64(fields);
    sets.permitted = read_u64(fields);
    sets.inheritable = read_u64(fields);
    sets.ambient = read_u64(fields);
    uint64_t available;
    if (get_permitted(&available) != 0 || drop_bounding(sets.bounding) != 0)
        return fail(failure, errno, "bounding set");
    clamp(child, &sets, available);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || apply_identity(child, failure) != 0)
        return failure->error != 0 ? -1 : fail(failure, errno, "keepcaps");
    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* the change of ids cleared it */
    if (set_capabilities(&sets) != 0)
        return fail(failure, errno, "capset");
    raise_ambient(child, sets.ambient);
    return 0;
}
