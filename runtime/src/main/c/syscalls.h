/*
 * System calls that the C libraries we build with do not wrap (musl) or wrap with clashing headers
 * (glibc). Linux 5.12 or newer is taken for granted; where a newer call is used, its user has a way
 * without it.
 */
#ifndef JONG_SYSCALLS_H
#define JONG_SYSCALLS_H

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

static inline int sys_openat2(int dir, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = resolve};
    return (int) syscall(SYS_openat2, dir, path, &how, sizeof how);
}

static inline int sys_open_tree(int dir, const char *path, unsigned int flags)
{
    return (int) syscall(SYS_open_tree, dir, path, flags | OPEN_TREE_CLOEXEC);
}

static inline int sys_fsopen(const char *type)
{
    return (int) syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(
    int fs, unsigned int command, const char *key, const void *value, int aux)
{
    return (int) syscall(SYS_fsconfig, fs, command, key, value, aux);
}

static inline int sys_fsmount(int fs, unsigned int attributes)
{
    return (int) syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
}

static inline int sys_fspick(int mount)
{
    return (int) syscall(SYS_fspick, mount, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
}

/* Attaches a detached mount where an O_PATH descriptor points. */
static inline int sys_move_mount(int mount, int destination)
{
    return (int) syscall(SYS_move_mount, mount, "", destination, "",
        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int sys_mount_setattr(
    int mount, unsigned int flags, const struct mount_attr *attributes)
{
    return (int) syscall(
        SYS_mount_setattr, mount, "", AT_EMPTY_PATH | flags, attributes, sizeof *attributes);
}

static inline int sys_mount(
    const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
    return (int) syscall(SYS_mount, source, target, type, flags, data);
}

static inline int sys_umount2(const char *target, int flags)
{
    return (int) syscall(SYS_umount2, target, flags);
}

static inline int sys_pivot_root(const char *new_root, const char *old_root)
{
    return (int) syscall(SYS_pivot_root, new_root, old_root);
}

static inline int sys_pidfd_open(pid_t pid)
{
    return (int) syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_send_signal(int pidfd, int signal)
{
    return (int) syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static inline int sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
    return (int) syscall(SYS_close_range, first, last, flags);
}

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL /* musl has none of the 64-bit flags */
#endif

/* The kernel's struct clone_args, third version. */
struct clone_request {
    uint64_t flags;
    uint64_t pidfd;
    uint64_t child_tid;
    uint64_t parent_tid;
    uint64_t exit_signal;
    uint64_t stack;
    uint64_t stack_size;
    uint64_t tls;
    uint64_t set_tid;
    uint64_t set_tid_size;
    uint64_t cgroup;
};

static inline pid_t sys_clone3(struct clone_request *request)
{
    return (pid_t) syscall(SYS_clone3, request, sizeof *request);
}

#endif
