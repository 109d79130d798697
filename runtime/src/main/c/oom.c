#include "oom.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

/* Kept open: the file is still readable when jongd has moved on to removing the cgroup. */
static int counter = -1;
static unsigned long count_before;

static unsigned long read_count(void)
{
    char text[1024];
    ssize_t length = pread(counter, text, sizeof text - 1, 0);
    if (length <= 0)
        return count_before;
    text[length] = '\0';
    const char *found = strstr(text, "oom_kill ");
    return found != NULL ? strtoul(found + strlen("oom_kill "), NULL, 10) : count_before;
}

static int open_beside(const char *procs, const char *file)
{
    char path[PATH_MAX];
    const char *slash = strrchr(procs, '/');
    if (slash == NULL)
        return -1;
    snprintf(path, sizeof path, "%.*s/%s", (int) (slash - procs), procs, file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

void oom_watch(const struct plan *plan)
{
    const struct operation *join = plan_find(plan, OP_CGROUP_JOIN);
    if (join == NULL)
        return;
    struct reader fields = operation_fields(join);
    uint32_t count = read_u32(&fields);
    for (uint32_t i = 0; i < count && counter < 0; i++) {
        const char *procs = read_str(&fields);
        counter = open_beside(procs, "memory.oom_control");
        if (counter < 0)
            counter = open_beside(procs, "memory.events");
    }
    if (counter >= 0)
        count_before = read_count();
}

bool oom_happened(void)
{
    return counter >= 0 && read_count() > count_before;
}
