/* From a plan to a process that waits for its start: the creator's side. */
#ifndef JONG_LAUNCH_H
#define JONG_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"

struct launched {
    pid_t pid;
    int pidfd;
    int sync; /* our end; messages of sync.h arrive on it */
    int console; /* the terminal's master if it has come already, else -1 */
    uint64_t start_time;
};

/* Told about what was not done as asked, and is not an error. */
typedef void (*warner)(void *context, const char *text);

/*
 * Runs BEFORE, makes the process and runs PARENT, then lets the process go on with CHILD by itself.
 * `stdio` are the descriptors that become its 0, 1 and 2 (-1: as they are here). On failure nothing
 * is left of it.
 */
int launch(const struct plan *plan, const int stdio[3], struct launched *launched, warner warn,
    void *context, struct failure *failure);

/* parent.c: the PARENT stage for the process. */
int run_parent_stage(
    const struct plan *plan, pid_t pid, warner warn, void *context, struct failure *failure);

/* parent.c: the plan's CREATOR_HOOK operations, for which the child waits. */
int run_creator_hooks(const struct plan *plan, pid_t pid, struct failure *failure);

/* listener.c: gives the listener of the process's filter to the plan's socket. */
int hand_over_listener(
    const struct plan *plan, pid_t pid, int listener, struct failure *failure);

/* join.c: the BEFORE stage, in a helper that may leave its namespaces. */
/*
 * Puts this process into the plan's cgroups, while their paths still mean what they meant for the
 * creator. One that was born in that of version 2 says so.
 */
int enter_cgroups(const struct plan *plan, bool in_unified, struct failure *failure);

/* The plan's cgroup of version 2, to be born in; -1 without one. */
int open_unified_cgroup(const struct plan *plan);

/* cgroup_devices.c: which devices the processes of a cgroup may use. */
int set_cgroup_devices(struct reader *fields, struct failure *failure);

int run_before_stage(const struct plan *plan, bool in_unified, struct failure *failure);

/*
 * Whether the descriptors that the caller promised (PRESERVE_FDS) are open. To be asked before
 * anything is opened: a missing one would be filled by one of ours.
 */
int check_preserved(const struct plan *plan, struct failure *failure);

#endif
