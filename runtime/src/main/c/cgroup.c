/*
 * CGROUP_JOIN. A process that writes 0 moves itself. For a `tasks` file of version 1 the kernel
 * then needs no lock over all processes of the machine; moving another one takes that lock, and
 * with it up to ten milliseconds of waiting for RCU.
 */
#include <errno.h>

#include "io.h"
#include "launch.h"

int enter_cgroups(const struct plan *plan, struct failure *failure)
{
    const struct operation *join = plan_find(plan, OP_CGROUP_JOIN);
    if (join == NULL)
        return 0;
    struct reader fields = operation_fields(join);
    uint32_t count = read_u32(&fields);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = read_str(&fields);
        if (write_file(path, "0") == 0)
            continue;
        failure->operation = (uint32_t) (join - plan->operations);
        failure->code = OP_CGROUP_JOIN;
        return fail(failure, errno, path);
    }
    return 0;
}
