/* The role `apply`: changes the cgroup of a container that runs. */
#ifndef JONG_APPLY_H
#define JONG_APPLY_H

/*
 * Carries out the CGROUP_DEVICES operations of the plan in the file, and no others. Returns the
 * exit status; a failure is one line on stderr, in the form of the other roles.
 */
int apply_main(const char *path);

#endif
