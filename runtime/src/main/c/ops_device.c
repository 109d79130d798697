/* Device nodes and symlinks in the container's /dev (or elsewhere in its root). */
#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "io.h"
#include "ops.h"
#include "root.h"
#include "syscalls.h"

struct node {
    mode_t mode;
    dev_t device;
    uid_t uid;
    gid_t gid;
};

static bool same_node(int fd, const struct node *wanted)
{
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0 || (found.st_mode & S_IFMT) != (wanted->mode & S_IFMT))
        return false;
    return S_ISFIFO(wanted->mode) || found.st_rdev == wanted->device;
}

/*
 * A user namespace cannot make nodes: the host's own is bound instead, if it is what the plan asked
 * for.
 */
static int bind_host_node(
    int directory, const char *name, const char *path, const struct node *wanted)
{
    AUTO_CLOSE int tree = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | AT_SYMLINK_NOFOLLOW);
    if (tree < 0)
        return -1;
    if (!same_node(tree, wanted)) {
        errno = EPERM;
        return -1;
    }
    AUTO_CLOSE int made =
        openat(directory, name, O_CREAT | O_NOFOLLOW | O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0644);
    AUTO_CLOSE int place = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return place < 0 ? -1 : sys_move_mount(tree, place);
}

static int make_node(int directory, const char *name, const struct node *wanted)
{
    mode_t mask = umask(0);
    int status = mknodat(directory, name, wanted->mode, wanted->device);
    int error = errno;
    umask(mask);
    errno = error;
    AUTO_CLOSE int fd = status == 0 || error == EEXIST
        ? openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC)
        : -1;
    if (fd < 0)
        return -1;
    if (!same_node(fd, wanted)) {
        errno = EEXIST;
        return -1;
    }
    /* An existing node keeps its owner and mode: the image's author chose them. */
    return status == 0 ? fchownat(fd, "", wanted->uid, wanted->gid, AT_EMPTY_PATH) : 0;
}

int op_mknod(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    struct node wanted = {.mode = read_u32(fields)};
    uint32_t major_number = read_u32(fields);
    uint32_t minor_number = read_u32(fields);
    wanted.device = makedev(major_number, minor_number);
    wanted.uid = read_u32(fields);
    wanted.gid = read_u32(fields);
    const char *name;
    AUTO_CLOSE int directory = root_make_parent(child_root(child), path, &name);
    if (directory < 0)
        return fail(failure, errno, path);
    if (make_node(directory, name, &wanted) == 0)
        return 0;
    if (errno == EPERM && bind_host_node(directory, name, path, &wanted) == 0)
        return 0;
    return fail(failure, errno, path);
}

int op_symlink(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *target = read_str(fields);
    const char *path = read_str(fields);
    const char *name;
    AUTO_CLOSE int directory = root_make_parent(child_root(child), path, &name);
    if (directory < 0 || (symlinkat(target, directory, name) != 0 && errno != EEXIST))
        return fail(failure, errno, path);
    return 0;
}
