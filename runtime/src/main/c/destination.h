/* Where a mount goes, and where none may go. */
#ifndef JONG_DESTINATION_H
#define JONG_DESTINATION_H

#include <stdbool.h>

#include "child.h"
#include "root.h"

/*
 * O_PATH of the directory that a new filesystem covers, made when missing (*made). For proc, sysfs
 * and /dev no symlink may lie on the way: later operations rely on finding them at their own names.
 */
int destination_directory(struct child *child, const char *type, const char *path, bool *made);

/*
 * Whatever the path looked like: nothing but procfs may cover procfs, or labels and sysctls would
 * go astray, and nothing may cover the root, which is not what would be covered.
 */
int refuse_place(struct child *child, int destination, const char *path, bool brings_proc);

#endif
