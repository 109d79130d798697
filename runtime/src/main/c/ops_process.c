/* Attributes of the process that need no rights of another's. */
#include <errno.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "io.h"
#include "ops.h"
#include "root.h"
#include "syscalls.h"

#define IOPRIO_WHO_PROCESS 1

int op_setsid(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    return setsid() >= 0 ? 0 : fail(failure, errno, "session");
}

/*
 * Searchable by whoever may join it later: an exec has to find it by name (see keyrings(7)).
 */
static int add_permissions(long keyring, uint32_t added)
{
    char description[256];
    long length =
        syscall(SYS_keyctl, KEYCTL_DESCRIBE, keyring, description, sizeof description - 1, 0);
    if (length < 0)
        return -1;
    description[(size_t) length < sizeof description ? length : (long) sizeof description - 1] = 0;
    unsigned int present;
    if (sscanf(description, "%*[^;];%*[^;];%*[^;];%x;", &present) != 1) {
        errno = EPROTO;
        return -1;
    }
    return (int) syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, present | added, 0, 0);
}

int op_keyring(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *name = read_str(fields);
    uint32_t added = read_u32(fields);
    long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name, 0, 0, 0);
    /*
     * A kernel without keyrings, or a root whose quota of keys is used up, still runs containers.
     */
    if (keyring < 0)
        return errno == ENOSYS || errno == EDQUOT ? 0 : fail(failure, errno, name);
    /* The one that an exec joins has them already, and is not the exec's to change. */
    return child->joins_process || add_permissions(keyring, added) == 0
        ? 0
        : fail(failure, errno, name);
}

int op_umask(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) failure;
    umask(read_u32(fields) & 0777);
    return 0;
}

/*
 * A working directory outside of the container's root (reached by a leaked descriptor,
 * CVE-2024-21626) has no name in it: the kernel says so, with an error or with "(unreachable)".
 */
int enter_cwd(const char *path, struct failure *failure)
{
    char found[PATH_MAX];
    if (chdir(path) != 0)
        return fail(failure, errno, path);
    if (syscall(SYS_getcwd, found, sizeof found) < 0)
        return fail(failure, errno, path);
    return found[0] == '/' ? 0 : fail(failure, EXDEV, path);
}

int op_cwd(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    uint32_t create = read_u32(fields);
    if (create) {
        AUTO_CLOSE int made = root_make(child_root(child), path, NODE_DIRECTORY);
        /* What cannot be made here may be there for the user later: chdir decides. */
        if (made < 0 && errno != EACCES)
            return fail(failure, errno, path);
    }
    if (enter_cwd(path, failure) == 0)
        return 0;
    if (failure->error != EACCES)
        return -1;
    /*
     * Root without CAP_DAC_OVERRIDE over this directory (NFS, FUSE): its owner may enter, after the
     * uid change.
     */
    child->late_cwd = path;
    *failure = FAILURE_NONE;
    return 0;
}

int op_no_new_privs(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : fail(failure, errno, "no_new_privs");
}

int op_personality(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    return personality((unsigned long) read_u64(fields)) >= 0 ? 0
                                                              : fail(failure, errno, "personality");
}

int op_scheduler(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    uint32_t length;
    const uint8_t *attributes = read_bytes(fields, &length);
    if (length < sizeof(uint32_t))
        return fail(failure, EINVAL, "scheduler");
    return syscall(SYS_sched_setattr, 0, attributes, 0) == 0 ? 0
                                                             : fail(failure, errno, "scheduler");
}

int op_io_priority(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, read_u32(fields)) == 0
        ? 0
        : fail(failure, errno, "io priority");
}

#define MASK_WORDS 128 /* 8192 bits: more CPUs and nodes than any kernel is built for */

/* The mask as the kernel wants it: an aligned array of longs. Its bytes, or -1. */
static int read_mask(struct reader *fields, uint64_t mask[MASK_WORDS])
{
    uint32_t length;
    const uint8_t *bytes = read_bytes(fields, &length);
    if (length > MASK_WORDS * sizeof *mask) {
        errno = EINVAL;
        return -1;
    }
    memset(mask, 0, MASK_WORDS * sizeof *mask);
    memcpy(mask, bytes, length);
    return (int) ((length + sizeof *mask - 1) / sizeof *mask * sizeof *mask);
}

int set_affinity(struct reader *fields, struct failure *failure)
{
    uint64_t mask[MASK_WORDS];
    int length = read_mask(fields, mask);
    if (length < 0 || syscall(SYS_sched_setaffinity, 0, length, mask) != 0)
        return fail(failure, errno, "");
    return 0;
}

/*
 * Without a mask: whoever started us may have been bound to a CPU, and that is not the container's
 * affair. What the cgroup does not allow the kernel leaves out.
 */
int op_cpu_affinity(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    struct reader peek = *fields;
    if (read_u32(&peek) > 0)
        return set_affinity(fields, failure);
    uint64_t all[MASK_WORDS];
    memset(all, 0xff, sizeof all);
    syscall(SYS_sched_setaffinity, 0, sizeof all, all);
    return 0;
}

int op_memory_policy(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    uint64_t mask[MASK_WORDS];
    uint32_t mode = read_u32(fields);
    int length = read_mask(fields, mask);
    /* The kernel takes one bit less than it is told (get_nodes in mm/mempolicy.c). */
    long bits = length > 0 ? length * 8 + 1 : 0;
    if (length < 0 || syscall(SYS_set_mempolicy, mode, bits > 0 ? mask : NULL, bits) != 0)
        return fail(failure, errno, "");
    return 0;
}

static bool is_null(const struct stat *file)
{
    return S_ISCHR(file->st_mode) && file->st_rdev == makedev(1, 3);
}

/*
 * A container that has nothing of the host open can be saved in files and come back elsewhere. One
 * without a /dev/null of its own keeps the host's.
 */
static void prefer_own_null(struct child *child)
{
    struct stat found;
    /* Looked at first: opening what an image may have put there instead could do something. */
    AUTO_CLOSE int place = root_open_plain(child_root(child), "/dev/null", O_PATH | O_NOFOLLOW);
    if (place < 0 || fstat(place, &found) != 0 || !is_null(&found))
        return;
    AUTO_CLOSE int null = root_open_plain(child_root(child), "/dev/null", O_RDWR | O_NOFOLLOW);
    if (null < 0)
        return;
    for (int fd = 0; fd < 3; fd++)
        if (fstat(fd, &found) == 0 && is_null(&found))
            dup2(null, fd);
}

int op_stdio_owner(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    if (!child->joins_process)
        prefer_own_null(child);
    for (int fd = 0; fd < 3; fd++) {
        struct stat found;
        if (fstat(fd, &found) != 0)
            continue;
        /* It may be the host's, which must keep its owner. */
        if (is_null(&found))
            continue;
        if (found.st_uid == child->identity.uid || fchown(fd, child->identity.uid, (gid_t) -1) == 0)
            continue;
        if (errno != EPERM && errno != EROFS && errno != EINVAL)
            return failf(failure, errno, "stdio %d", fd);
    }
    return 0;
}
