/* This program in a form that nobody can write to. */
#ifndef JONG_SEAL_H
#define JONG_SEAL_H

#include <stdbool.h>

/* Whether this is such a copy already. */
bool is_sealed(void);

/*
 * Executes this program anew from a sealed copy in memory, unless it is one already. A process on
 * its way into a container can be reached from inside through /proc/PID/exe; what is found there
 * must not be the file on the host (CVE-2019-5736). Returns only if that is done or failed (-1).
 */
int run_sealed(char *argv[]);

#endif
