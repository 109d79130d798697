/* Parts of the host's tree shown in the container, and mounts that are given other options. */
#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "destination.h"
#include "io.h"
#include "mount_flags.h"
#include "ops.h"
#include "procfs.h"
#include "serve.h"
#include "syscalls.h"

enum { BIND_RECURSIVE = 1, BIND_NO_FOLLOW = 2, BIND_REPLACE = 4 };
enum { REMOUNT_THIS_MOUNT_ONLY = 1 };

struct bind {
    const char *source;
    const char *path;
    uint32_t bits;
    uint64_t set;
    uint64_t clear;
    uint64_t recursive_set;
    uint64_t recursive_clear;
    uint64_t propagation;
};

static struct bind read_bind(struct reader *fields)
{
    struct bind bind = {.source = read_str(fields)};
    bind.path = read_str(fields);
    bind.bits = read_u32(fields);
    bind.set = read_u64(fields);
    bind.clear = read_u64(fields);
    bind.recursive_set = read_u64(fields);
    bind.recursive_clear = read_u64(fields);
    bind.propagation = read_u64(fields);
    return bind;
}

/* Our user namespace may have no right to the way there, where the host's root has. */
static int source_tree(struct child *child, const struct bind *bind, struct failure *failure)
{
    bool mapped = child->id_map != NULL && child->id_map + 1 == child->current;
    unsigned int how = OPEN_TREE_CLONE | (bind->bits & BIND_RECURSIVE ? AT_RECURSIVE : 0)
        | (bind->bits & BIND_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0);
    int tree = mapped ? -1 : sys_open_tree(AT_FDCWD, bind->source, how);
    if (tree >= 0)
        return tree;
    bool ask = mapped || (errno == EACCES && child->creator_is_root && plan_asks(child->plan));
    if (!ask)
        return fail(failure, errno, bind->source);
    return ask_creator(child, &tree, failure) == 0 ? tree : -1;
}

/* A whole procfs; one of its files or directories could stand in for another. */
static bool is_procfs_root(int mount)
{
    struct statfs filesystem;
    struct stat found;
    return fstatfs(mount, &filesystem) == 0 && filesystem.f_type == PROC_SUPER_MAGIC
        && fstat(mount, &found) == 0 && found.st_ino == PROC_ROOT_INODE;
}

static int set_recursively(int mount, uint64_t set, uint64_t clear)
{
    struct mount_attr attributes = {.attr_set = set, .attr_clr = clear};
    return set == 0 && clear == 0 ? 0 : sys_mount_setattr(mount, AT_RECURSIVE, &attributes);
}

static int set_attributes(int tree, const struct bind *bind)
{
    struct mount_attr attributes = {.attr_set = bind->set, .attr_clr = bind->clear};
    if (bind->bits & BIND_REPLACE) {
        if (replace_attributes(tree, bind->set, bind->clear) != 0)
            return -1;
    } else if ((bind->set | bind->clear) != 0 && sys_mount_setattr(tree, 0, &attributes) != 0) {
        return -1;
    }
    return set_recursively(tree, bind->recursive_set, bind->recursive_clear);
}

/* Of others move_mount(2) says EINVAL only; ENOTDIR is what mount(2) says. */
static bool are_same_kind(const struct stat *source, int destination)
{
    struct stat place;
    return fstat(destination, &place) != 0
        || S_ISDIR(source->st_mode) == S_ISDIR(place.st_mode);
}

int op_bind(struct child *child, struct reader *fields, struct failure *failure)
{
    struct bind bind = read_bind(fields);
    AUTO_CLOSE int tree = source_tree(child, &bind, failure);
    struct stat found;
    if (tree < 0)
        return -1;
    if (fstat(tree, &found) != 0)
        return fail(failure, errno, bind.source);
    enum node_kind kind = S_ISDIR(found.st_mode) ? NODE_DIRECTORY : NODE_FILE;
    AUTO_CLOSE int destination = root_make(child_root(child), bind.path, kind);
    if (destination < 0 || refuse_place(child, destination, bind.path, is_procfs_root(tree)) != 0)
        return fail(failure, errno, bind.path);
    if (!are_same_kind(&found, destination))
        return fail(failure, ENOTDIR, bind.path);
    if (set_attributes(tree, &bind) != 0 || set_propagation(tree, bind.propagation) != 0
        || sys_move_mount(tree, destination) != 0)
        return fail(failure, errno, bind.path);
    return 0;
}

/* Done with the BIND after it, by the creator: bind_source.c. */
int op_bind_id_map(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    (void) failure;
    child->id_map = child->current;
    return 0;
}

static int remount_filesystem(int mount, uint64_t flags, const char *data)
{
    AUTO_CLOSE int fs = sys_fspick(mount);
    const char *access = flags & MS_RDONLY ? "ro" : "rw";
    if (fs < 0 || set_filesystem_data(fs, data) != 0
        || sys_fsconfig(fs, FSCONFIG_SET_FLAG, access, NULL, 0) != 0
        || set_superblock_flags(fs, flags) != 0)
        return -1;
    return sys_fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0);
}

int op_remount(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    uint64_t flags = read_u64(fields);
    uint64_t clear = read_u64(fields);
    const char *data = read_str(fields);
    uint64_t propagation = read_u64(fields);
    uint32_t bits = read_u32(fields);
    AUTO_CLOSE int mount = root_open(child_root(child), path, O_PATH);
    if (mount < 0 || refuse_place(child, mount, path, is_procfs_root(mount)) != 0)
        return fail(failure, errno, path);
    if (!(bits & REMOUNT_THIS_MOUNT_ONLY) && remount_filesystem(mount, flags, data) != 0)
        return fail(failure, errno, path);
    if (replace_attributes(mount, mount_attributes_of(flags), mount_attributes_of(clear)) != 0
        || set_propagation(mount, propagation) != 0)
        return fail(failure, errno, path);
    return 0;
}
