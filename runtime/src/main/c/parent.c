/*
 * Stage PARENT: what the creator sets for the process while it waits, with rights that the process
 * may not have.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "id_maps.h"
#include "io.h"
#include "launch.h"
#include "ops.h"

struct parent {
    pid_t pid;
    warner warn;
    void *context;
};

static int write_process_file(
    const struct parent *parent, const char *file, const char *text, struct failure *failure)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int) parent->pid, file);
    return write_file(path, text) == 0 ? 0 : fail(failure, errno, path);
}

static int oom_score_adj(
    const struct parent *parent, struct reader *fields, struct failure *failure)
{
    char value[16];
    snprintf(value, sizeof value, "%d", (int32_t) read_u32(fields));
    if (write_process_file(parent, "oom_score_adj", value, failure) == 0)
        return 0;
    if (failure->error != EACCES && failure->error != EPERM)
        return -1;
    *failure = FAILURE_NONE;
    char text[128];
    snprintf(text, sizeof text, "oom_score_adj %s needs CAP_SYS_RESOURCE: left as it is", value);
    parent->warn(parent->context, text);
    return 0;
}

static int limit(const struct parent *parent, struct reader *fields, struct failure *failure)
{
    uint32_t resource = read_u32(fields);
    struct rlimit wanted = {.rlim_cur = read_u64(fields)};
    wanted.rlim_max = read_u64(fields);
    struct rlimit present;
    if (prlimit(parent->pid, (int) resource, &wanted, &present) == 0)
        return 0;
    int error = errno;
    if (error != EPERM || prlimit(parent->pid, (int) resource, NULL, &present) != 0)
        return failf(failure, error, "rlimit %u", resource);
    struct rlimit clamped = wanted;
    if (clamped.rlim_max > present.rlim_max)
        clamped.rlim_max = present.rlim_max;
    if (clamped.rlim_cur > clamped.rlim_max)
        clamped.rlim_cur = clamped.rlim_max;
    if (prlimit(parent->pid, (int) resource, &clamped, NULL) != 0)
        return failf(failure, errno, "rlimit %u", resource);
    char text[128];
    snprintf(text, sizeof text, "rlimit %u: %llu is above the hard limit here, %llu is used",
        resource, (unsigned long long) wanted.rlim_max, (unsigned long long) clamped.rlim_max);
    parent->warn(parent->context, text);
    return 0;
}

static int run_operation(void *context, const struct operation *operation, struct failure *failure)
{
    const struct parent *parent = context;
    struct reader fields = operation_fields(operation);
    switch (operation->code) {
    case OP_ID_MAPS:
        return write_id_maps(parent->pid, &fields, failure);
    case OP_OOM_SCORE_ADJ:
        return oom_score_adj(parent, &fields, failure);
    case OP_RLIMIT:
        return limit(parent, &fields, failure);
    case OP_CGROUP_DEVICES:
        return set_cgroup_devices(&fields, failure);
    case OP_CREATOR_HOOK:
    case OP_SECCOMP_LISTENER:
        return 0; /* when the child asks for it */
    default:
        return fail(failure, EINVAL, "operation of another stage");
    }
}

int run_parent_stage(
    const struct plan *plan, pid_t pid, warner warn, void *context, struct failure *failure)
{
    struct parent parent = {.pid = pid, .warn = warn, .context = context};
    return plan_run(plan, STAGE_PARENT, run_operation, &parent, failure);
}

static int run_creator_hook(
    void *context, const struct operation *operation, struct failure *failure)
{
    const struct parent *parent = context;
    const struct hook_place place = {.pid = parent->pid, .directory = -1, .own_environment = true};
    if (operation->code != OP_CREATOR_HOOK)
        return 0;
    struct reader fields = operation_fields(operation);
    return run_hook(&fields, &place, failure);
}

int run_creator_hooks(const struct plan *plan, pid_t pid, struct failure *failure)
{
    struct parent parent = {.pid = pid};
    return plan_run(plan, STAGE_PARENT, run_creator_hook, &parent, failure);
}
