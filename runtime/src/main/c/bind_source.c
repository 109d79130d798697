/*
 * BIND sources that are opened with the creator's rights: in the child's mount namespace, so that
 * what was mounted before is seen and flags stay locked, but as the host's root.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "id_maps.h"
#include "io.h"
#include "ops.h"
#include "serve.h"
#include "syscalls.h"

enum { BIND_RECURSIVE = 1, BIND_NO_FOLLOW = 2 };

struct id_map {
    const char *uids;
    const char *gids;
    const char *path;
    uint32_t recursive;
};

static struct id_map read_id_map(const struct operation *operation)
{
    struct reader fields = operation_fields(operation);
    struct id_map map = {.uids = read_str(&fields)};
    map.gids = read_str(&fields);
    map.path = read_str(&fields);
    map.recursive = read_u32(&fields);
    return map;
}

static int open_namespace(pid_t pid, const char *kind)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int) pid, kind);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The maps of a mount are those of a user namespace, which needs somebody in it until it is open.
 */
static int mapped_namespace(const struct id_map *map, struct failure *failure)
{
    struct clone_request request = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    pid_t pid = sys_clone3(&request);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (1)
            pause();
    }
    if (pid < 0)
        return fail(failure, errno, "user namespace of an id-mapped mount");
    AUTO_CLOSE int namespace = -1;
    if (write_maps(pid, map->uids, map->gids, failure) == 0
        && (namespace = open_namespace(pid, "user")) < 0)
        fail(failure, errno, "user namespace of an id-mapped mount");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return take_fd(&namespace);
}

static int namespace_of(const struct id_map *map, struct failure *failure)
{
    if (*map->path == '\0')
        return mapped_namespace(map, failure);
    int fd = open(map->path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd : fail(failure, errno, map->path);
}

static int open_source(const struct operation *bind, pid_t pid, struct failure *failure)
{
    struct reader fields = operation_fields(bind);
    const char *source = read_str(&fields);
    read_str(&fields);
    uint32_t bits = read_u32(&fields);
    AUTO_CLOSE int mounts = open_namespace(pid, "mnt");
    if (mounts < 0 || setns(mounts, CLONE_NEWNS) != 0)
        return fail(failure, errno, "mount namespace of the first process");
    int tree = sys_open_tree(AT_FDCWD, source,
        OPEN_TREE_CLONE | (bits & BIND_RECURSIVE ? AT_RECURSIVE : 0)
            | (bits & BIND_NO_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0));
    return tree >= 0 ? tree : fail(failure, errno, source);
}

int open_bind_source(
    const struct plan *plan, const struct operation *bind, pid_t pid, struct failure *failure)
{
    const struct operation *before = bind > plan->operations ? bind - 1 : bind;
    if (before->code != OP_BIND_ID_MAP)
        return open_source(bind, pid, failure);
    struct id_map map = read_id_map(before);
    AUTO_CLOSE int namespace = namespace_of(&map, failure);
    AUTO_CLOSE int tree = namespace < 0 ? -1 : open_source(bind, pid, failure);
    if (tree < 0)
        return -1;
    struct mount_attr mapped = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t) namespace};
    if (sys_mount_setattr(tree, map.recursive ? AT_RECURSIVE : 0, &mapped) != 0)
        return fail(failure, errno, "MOUNT_ATTR_IDMAP");
    return take_fd(&tree);
}
