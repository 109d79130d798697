/*
 * The monitor as a whole: the life of one container, from outside of it. See
 * docs/monitor-protocol.md.
 */
#ifndef JONG_MONITOR_H
#define JONG_MONITOR_H

#include <stdbool.h>

#include "plan.h"

struct session;

/* The role `mon RUNDIR`. Gives the exit status of the process that was started. */
int monitor_main(const char *rundir);

/*
 * Makes room for the exit file, so that a full disk cannot keep the container's end from being
 * recorded. Fails when there was a CREATE before, or when there is no room.
 */
int monitor_begin_create(struct failure *failure);

/* The container will not be: the monitor waits a while for ABORT, then ends. */
void monitor_create_failed(void);

/* Kills everything and ends. */
void monitor_abort(void);

/* Remembers how often the memory cgroup, if the plan joins one, has met its limit so far. */
void monitor_watch_oom(const struct plan *plan);

/*
 * The first process has ended and its output is written: the exit file comes before anyone is told.
 */
void monitor_container_ended(struct session *session);

#endif
