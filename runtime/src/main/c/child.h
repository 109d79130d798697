/* The process that becomes the container's: what the operations of stage CHILD share. */
#ifndef JONG_CHILD_H
#define JONG_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"

#define MAX_LATE_READ_ONLY 64

struct identity {
    bool known; /* an operation named it */
    bool applied;
    bool skip_setgroups;
    uid_t uid;
    gid_t gid;
    gid_t *groups; /* allocated; lives until execve */
    uint32_t group_count;
};

struct child {
    const struct plan *plan;
    const struct operation *current; /* the operation that runs */
    const struct operation *id_map; /* the BIND_ID_MAP for the next BIND; NULL: none */
    bool creator_is_root; /* it can do what our user namespace has no right to */
    int sync; /* to the creator */
    int root; /* O_PATH of the container's root: the rootfs before the pivot, "/" after it; -1: not
                 yet */
    int null; /* O_PATH of the container's own, verified /dev/null; -1: not yet */
    int procfs; /* a procfs nobody else can reach; -1: not yet */
    int fifo; /* the exec FIFO, opened before the host's tree is gone; -1: none */
    uint32_t preserved; /* descriptors from 3 on that the process keeps */
    bool joins_process; /* an exec: this is a process beside the container's first */
    char *home; /* "HOME=…" to put into the environment; NULL: as the plan has it */
    bool no_new_privs;
    bool filtered; /* the system call filter is in force */
    bool started; /* past WAIT_START */
    bool parent_done; /* GO has come: cgroups, limits and id maps stand */
    const char *late_cwd; /* chdir was refused; tried again with the process's own ids */
    struct identity identity;
    int late_read_only[MAX_LATE_READ_ONLY]; /* tmpfs mounts that become read-only when all mounts
                                               are made */
    uint32_t late_read_only_count;
};

/* Tells the creator something that is not an error; the text goes to the user as a warning. */
void child_warn(struct child *child, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The container's root for operations that resolve in it; opens "/" when no rootfs operation came
 * before.
 */
int child_root(struct child *child);

/*
 * Prepares descriptors: stdio (-1: leave as it is) and the socket in their places, everything else
 * closed. Must run before any namespace is joined.
 */
int child_settle(struct child *child, const struct plan *plan, const int stdio[3], int sync);

/* Waits for the end of the creator's stage, once. */
void await_parent(struct child *child);

/* Carries out the stage and becomes the program; on failure tells the creator and exits. */
_Noreturn void child_run(struct child *child);

/* Tells the creator why this process ends, and ends it. */
_Noreturn void child_die(struct child *child, const struct failure *failure);

#endif
