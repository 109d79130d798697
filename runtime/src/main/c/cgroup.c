/*
 * CGROUP_JOIN. A process that writes 0 moves itself. For a `tasks` file of version 1 the kernel
 * then needs no lock over all processes of the machine. Moving another one, or anything in version
 * 2, takes that lock, and with it up to ten milliseconds of waiting for RCU: into version 2's group
 * a process is born instead, where that can be.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "io.h"
#include "launch.h"

/* Version 2 has no `tasks` files, and Java names none of these of version 1. */
static bool is_unified(const char *path)
{
    static const char name[] = "/cgroup.procs";
    size_t length = strlen(path);
    return length >= sizeof name && strcmp(path + length - (sizeof name - 1), name) == 0;
}

int open_unified_cgroup(const struct plan *plan)
{
    char directory[PATH_MAX];
    const struct operation *join = plan_find(plan, OP_CGROUP_JOIN);
    if (join == NULL)
        return -1;
    struct reader fields = operation_fields(join);
    for (uint32_t count = read_u32(&fields); count > 0; count--) {
        const char *path = read_str(&fields);
        if (!is_unified(path))
            continue;
        int length = (int) (strrchr(path, '/') - path);
        if (snprintf(directory, sizeof directory, "%.*s", length, path) < PATH_MAX)
            return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return -1;
}

int enter_cgroups(const struct plan *plan, bool in_unified, struct failure *failure)
{
    const struct operation *join = plan_find(plan, OP_CGROUP_JOIN);
    if (join == NULL)
        return 0;
    struct reader fields = operation_fields(join);
    uint32_t count = read_u32(&fields);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = read_str(&fields);
        if ((in_unified && is_unified(path)) || write_file(path, "0") == 0)
            continue;
        failure->operation = (uint32_t) (join - plan->operations);
        failure->code = OP_CGROUP_JOIN;
        return fail(failure, errno, path);
    }
    return 0;
}
