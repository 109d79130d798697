/* New filesystems, each made detached and attached by descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "copy_up.h"
#include "destination.h"
#include "io.h"
#include "mount_flags.h"
#include "ops.h"
#include "root.h"
#include "syscalls.h"

enum { MOUNT_COPY_UP = 1, MOUNT_LATE_READ_ONLY = 2, MOUNT_OR_BIND = 4 };

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

static int new_filesystem(const struct filesystem *wanted, int covered)
{
    AUTO_CLOSE int fs = sys_fsopen(wanted->type);
    if (fs < 0)
        return -1;
    if (*wanted->source != '\0'
        && sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", wanted->source, 0) != 0)
        return -1;
    if (strcmp(wanted->type, "tmpfs") == 0 && covered >= 0 && !has_option(wanted->data, "mode=")
        && inherit_mode(fs, covered) != 0)
        return -1;
    if (set_filesystem_data(fs, wanted->data) != 0 || set_superblock_flags(fs, wanted->flags) != 0)
        return -1;
    if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return sys_fsmount(fs, (unsigned int) mount_attributes_of(wanted->flags));
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

int op_late_read_only(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    for (uint32_t i = 0; i < child->late_read_only_count; i++) {
        if (sys_mount_setattr(child->late_read_only[i], 0, &read_only) != 0)
            return fail(failure, errno, "read-only tmpfs");
        close_fd(&child->late_read_only[i]);
    }
    child->late_read_only_count = 0;
    return 0;
}

/*
 * cgroup2 is refused in a user namespace without a cgroup namespace of its own (EPERM), and beside
 * a mount of other options (EBUSY): the cgroup's directory then stands in for it.
 */
static int bind_instead(const struct filesystem *wanted, const char *directory)
{
    AUTO_CLOSE int tree = sys_open_tree(AT_FDCWD, directory, OPEN_TREE_CLONE);
    if (tree < 0 || replace_attributes(tree, mount_attributes_of(wanted->flags), 0) != 0)
        return -1;
    return take_fd(&tree);
}

static int make_mount(const struct filesystem *wanted, int covered, uint32_t bits)
{
    if (!(bits & MOUNT_OR_BIND))
        return new_filesystem(wanted, covered);
    struct filesystem named = *wanted;
    named.source = wanted->type;
    int mount = new_filesystem(&named, covered);
    return mount >= 0 || (errno != EPERM && errno != EBUSY) ? mount
                                                            : bind_instead(wanted, wanted->source);
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
    bool made;
    AUTO_CLOSE int destination = destination_directory(child, wanted.type, path, &made);
    if (destination < 0
        || refuse_place(child, destination, path, strcmp(wanted.type, "proc") == 0) != 0)
        return fail(failure, errno, path);
    AUTO_CLOSE int mount = make_mount(&wanted, made ? -1 : destination, bits);
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

/* Without SELinux, the filesystems that need this know no labels: then there is none to be had. */
int op_file_label(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    const char *label = read_str(fields);
    AUTO_CLOSE int fd = root_open_plain(child_root(child), path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return fail(failure, errno, path);
    if (fsetxattr(fd, "security.selinux", label, strlen(label), 0) != 0 && errno != EOPNOTSUPP)
        return fail(failure, errno, path);
    return 0;
}
