/* Whether the kernel killed something in the container for want of memory. */
#ifndef JONG_OOM_H
#define JONG_OOM_H

#include <stdbool.h>

#include "plan.h"

/*
 * Begins to count in the memory cgroup that the plan joins, version 1 or 2; without one there is
 * nothing to count.
 */
void oom_watch(const struct plan *plan);

/* True when the count has grown. */
bool oom_happened(void);

#endif
