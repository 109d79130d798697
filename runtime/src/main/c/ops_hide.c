/* Paths that the container may not see, or not write. */
#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "io.h"
#include "ops.h"
#include "root.h"
#include "syscalls.h"

#define NULL_MAJOR 1
#define NULL_MINOR 3

/*
 * /dev/null, opened once and looked at: the image could have put something else there
 * (CVE-2025-31133).
 */
static int verified_null(struct child *child)
{
    if (child->null >= 0)
        return child->null;
    AUTO_CLOSE int fd = root_open_plain(child_root(child), "/dev/null", O_PATH);
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0)
        return -1;
    if (!S_ISCHR(found.st_mode) || found.st_rdev != makedev(NULL_MAJOR, NULL_MINOR)) {
        errno = ENODEV;
        return -1;
    }
    child->null = take_fd(&fd);
    return child->null;
}

static int mask_file(struct child *child, int place)
{
    int null = verified_null(child);
    if (null < 0)
        return -1;
    AUTO_CLOSE int tree = sys_open_tree(null, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
    return tree < 0 ? -1 : sys_move_mount(tree, place);
}

static int empty_directory(void)
{
    AUTO_CLOSE int fs = sys_fsopen("tmpfs");
    if (fs < 0 || sys_fsconfig(fs, FSCONFIG_SET_STRING, "nr_blocks", "1", 0) != 0
        || sys_fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", "1", 0) != 0
        || sys_fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL, 0) != 0
        || sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return sys_fsmount(
        fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

/*
 * One empty tmpfs serves all directories: the first takes the mount itself, the others clones of
 * it.
 */
static int mask_directory(int *empty, int place)
{
    if (*empty < 0) {
        *empty = empty_directory();
        return *empty < 0 ? -1 : sys_move_mount(*empty, place);
    }
    AUTO_CLOSE int tree = sys_open_tree(*empty, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
    return tree < 0 ? -1 : sys_move_mount(tree, place);
}

static bool is_missing(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

int op_mask_paths(struct child *child, struct reader *fields, struct failure *failure)
{
    AUTO_CLOSE int empty = -1;
    uint32_t count = read_u32(fields);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = read_str(fields);
        AUTO_CLOSE int place = root_open(child_root(child), path, O_PATH);
        struct stat found;
        if (place < 0 && is_missing(errno))
            continue;
        if (place < 0 || fstat(place, &found) != 0)
            return fail(failure, errno, path);
        if ((S_ISDIR(found.st_mode) ? mask_directory(&empty, place) : mask_file(child, place)) != 0)
            return fail(failure, errno, path);
    }
    return 0;
}

int op_readonly_paths(struct child *child, struct reader *fields, struct failure *failure)
{
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    uint32_t count = read_u32(fields);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = read_str(fields);
        AUTO_CLOSE int place = root_open(child_root(child), path, O_PATH);
        if (place < 0 && is_missing(errno))
            continue;
        AUTO_CLOSE int tree = place < 0
            ? -1
            : sys_open_tree(place, "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE);
        if (tree < 0 || sys_mount_setattr(tree, AT_RECURSIVE, &read_only) != 0
            || sys_move_mount(tree, place) != 0)
            return fail(failure, errno, path);
    }
    return 0;
}
