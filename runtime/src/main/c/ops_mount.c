/* New filesystems and binds, each made detached and attached by descriptor. */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "copy_up.h"
#include "io.h"
#include "ops.h"
#include "root.h"
#include "syscalls.h"

enum { MOUNT_COPY_UP = 1, MOUNT_LATE_READ_ONLY = 2 };
enum { BIND_RECURSIVE = 1, BIND_NO_FOLLOW = 2 };

static const struct {
    uint64_t flag;
    unsigned int attribute;
} mount_attributes[] = {
    {MS_RDONLY, MOUNT_ATTR_RDONLY},
    {MS_NOSUID, MOUNT_ATTR_NOSUID},
    {MS_NODEV, MOUNT_ATTR_NODEV},
    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
    {MS_NOATIME, MOUNT_ATTR_NOATIME},
    {MS_STRICTATIME, MOUNT_ATTR_STRICTATIME},
    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
    {256 /* MS_NOSYMFOLLOW */, MOUNT_ATTR_NOSYMFOLLOW},
};

static const struct {
    uint64_t flag;
    const char *option;
} superblock_flags[] = {
    {MS_RDONLY, "ro"},
    {MS_SYNCHRONOUS, "sync"},
    {MS_DIRSYNC, "dirsync"},
    {MS_MANDLOCK, "mand"},
    {MS_LAZYTIME, "lazytime"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static unsigned int attributes_of(uint64_t flags)
{
    unsigned int attributes = 0;
    for (size_t i = 0; i < COUNT(mount_attributes); i++)
        if (flags & mount_attributes[i].flag)
            attributes |= mount_attributes[i].attribute;
    return attributes;
}

/*
 * The next option of comma-separated data, commas within double quotes (SELinux contexts) being
 * part of it.
 */
static char *next_option(char **rest)
{
    char *option = *rest;
    int quoted = 0;
    if (option == NULL || *option == '\0')
        return NULL;
    char *at = option;
    while (*at != '\0' && (*at != ',' || quoted))
        quoted ^= *at++ == '"';
    *rest = *at == ',' ? at + 1 : NULL;
    *at = '\0';
    return option;
}

static int set_data(int fs, const char *data)
{
    AUTO_FREE char *copy = strdup(data);
    if (copy == NULL)
        return -1;
    char *rest = copy;
    for (char *key = next_option(&rest); key != NULL; key = next_option(&rest)) {
        char *value = strchr(key, '=');
        if (value != NULL)
            *value++ = '\0';
        unsigned int command = value != NULL ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
        if (*key != '\0' && sys_fsconfig(fs, command, key, value, 0) != 0)
            return -1;
    }
    return 0;
}

static int has_option(const char *data, const char *key)
{
    size_t length = strlen(key);
    for (const char *at = data; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, key, length) == 0)
            return 1;
    }
    return 0;
}

/*
 * tmpfs takes the mode of the directory it covers, so that a tmpfs on /tmp is open to all and one
 * on /root is not.
 */
static int inherit_mode(int fs, int destination)
{
    struct stat covered;
    char mode[16];
    if (fstat(destination, &covered) != 0)
        return -1;
    snprintf(mode, sizeof mode, "%o", covered.st_mode & 07777);
    return sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", mode, 0);
}

struct filesystem {
    const char *type;
    const char *source;
    const char *data;
    uint64_t flags;
};

static int new_filesystem(const struct filesystem *wanted, int destination)
{
    AUTO_CLOSE int fs = sys_fsopen(wanted->type);
    if (fs < 0)
        return -1;
    if (*wanted->source != '\0'
        && sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", wanted->source, 0) != 0)
        return -1;
    if (strcmp(wanted->type, "tmpfs") == 0 && !has_option(wanted->data, "mode=")
        && inherit_mode(fs, destination) != 0)
        return -1;
    if (set_data(fs, wanted->data) != 0)
        return -1;
    for (size_t i = 0; i < COUNT(superblock_flags); i++)
        if ((wanted->flags & superblock_flags[i].flag)
            && sys_fsconfig(fs, FSCONFIG_SET_FLAG, superblock_flags[i].option, NULL, 0) != 0)
            return -1;
    if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return sys_fsmount(fs, attributes_of(wanted->flags));
}

static int set_propagation(int mount, uint64_t flags)
{
    if (flags == 0)
        return 0;
    struct mount_attr attributes = {.propagation = flags & ~(uint64_t) MS_REC};
    return sys_mount_setattr(mount, flags & MS_REC ? AT_RECURSIVE : 0, &attributes);
}

/* The few files of procfs that a container may be given another view of (lxcfs). */
static const char *const replaceable_proc_files[] = {
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/uptime",
    "/proc/loadavg",
    "/proc/slabinfo",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/sys/crypto/fips_enabled",
};

/*
 * Whatever the path looked like: nothing but procfs may cover procfs, or labels and sysctls would
 * go astray.
 */
static int refuse_over_proc(int destination, const char *path, int brings_proc)
{
    struct statfs covered;
    if (fstatfs(destination, &covered) != 0)
        return -1;
    if (covered.f_type != PROC_SUPER_MAGIC || brings_proc)
        return 0;
    for (size_t i = 0; i < COUNT(replaceable_proc_files); i++)
        if (strcmp(path, replaceable_proc_files[i]) == 0)
            return 0;
    errno = EPERM;
    return -1;
}

static int is_kernel_view(const char *type)
{
    return strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0;
}

/*
 * O_PATH of the directory to cover. For proc, sysfs and /dev no symlink may lie on the way: later
 * operations rely on finding them at their own names.
 */
static int destination_directory(int root, const char *type, const char *path)
{
    AUTO_CLOSE int made = root_make(root, path, NODE_DIRECTORY);
    if (made < 0 || (!is_kernel_view(type) && strcmp(path, "/dev") != 0))
        return take_fd(&made);
    return root_open_plain(root, path, O_PATH | O_DIRECTORY);
}

static int is_proc_root(int mount)
{
    struct statfs found;
    return fstatfs(mount, &found) == 0 && found.f_type == PROC_SUPER_MAGIC;
}

/*
 * Remembers the mount for the end of the list: until then other mounts may need directories made in
 * it.
 */
static int make_read_only_later(struct child *child, int mount)
{
    if (child->late_read_only_count == MAX_LATE_READ_ONLY) {
        errno = E2BIG;
        return -1;
    }
    int kept = fcntl(mount, F_DUPFD_CLOEXEC, 0);
    if (kept < 0)
        return -1;
    child->late_read_only[child->late_read_only_count++] = kept;
    return 0;
}

int make_late_read_only(struct child *child, struct failure *failure)
{
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    for (uint32_t i = 0; i < child->late_read_only_count; i++) {
        if (sys_mount_setattr(child->late_read_only[i], 0, &read_only) != 0)
            return fail(failure, errno, "read-only tmpfs");
        close_fd(&child->late_read_only[i]);
    }
    child->late_read_only_count = 0;
    return 0;
}

int op_mount(struct child *child, struct reader *fields, struct failure *failure)
{
    struct filesystem wanted = {.type = read_str(fields)};
    wanted.source = read_str(fields);
    const char *path = read_str(fields);
    wanted.flags = read_u64(fields);
    wanted.data = read_str(fields);
    uint64_t propagation = read_u64(fields);
    uint32_t bits = read_u32(fields);
    AUTO_CLOSE int destination = destination_directory(child_root(child), wanted.type, path);
    if (destination < 0
        || refuse_over_proc(destination, path, strcmp(wanted.type, "proc") == 0) != 0)
        return fail(failure, errno, path);
    AUTO_CLOSE int mount = new_filesystem(&wanted, destination);
    if (mount < 0)
        return fail(failure, errno, path);
    if ((bits & MOUNT_COPY_UP) && copy_up(destination, mount) != 0)
        return fail(failure, errno, path);
    if (set_propagation(mount, propagation) != 0 || sys_move_mount(mount, destination) != 0)
        return fail(failure, errno, path);
    if ((bits & MOUNT_LATE_READ_ONLY) && make_read_only_later(child, mount) != 0)
        return fail(failure, errno, path);
    return 0;
}

static int set_attributes(int mount, unsigned int flags, uint64_t set, uint64_t clear)
{
    struct mount_attr attributes = {.attr_set = set, .attr_clr = clear};
    return set == 0 && clear == 0 ? 0 : sys_mount_setattr(mount, flags, &attributes);
}

int op_bind(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *source = read_str(fields);
    const char *path = read_str(fields);
    uint32_t bits = read_u32(fields);
    uint64_t set = read_u64(fields);
    uint64_t clear = read_u64(fields);
    uint64_t recursive_set = read_u64(fields);
    uint64_t recursive_clear = read_u64(fields);
    uint64_t propagation = read_u64(fields);
    unsigned int how = OPEN_TREE_CLONE | (bits & BIND_RECURSIVE ? AT_RECURSIVE : 0)
        | (bits & BIND_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0);
    AUTO_CLOSE int tree = sys_open_tree(AT_FDCWD, source, how);
    struct stat found;
    if (tree < 0 || fstat(tree, &found) != 0)
        return fail(failure, errno, source);
    enum node_kind kind = S_ISDIR(found.st_mode) ? NODE_DIRECTORY : NODE_FILE;
    AUTO_CLOSE int destination = root_make(child_root(child), path, kind);
    if (destination < 0 || refuse_over_proc(destination, path, is_proc_root(tree)) != 0)
        return fail(failure, errno, path);
    if (set_attributes(tree, 0, set, clear) != 0
        || set_attributes(tree, AT_RECURSIVE, recursive_set, recursive_clear) != 0
        || set_propagation(tree, propagation) != 0 || sys_move_mount(tree, destination) != 0)
        return fail(failure, errno, path);
    return 0;
}
