/*
 * Files of procfs that must be the kernel's own: what a container mounts on /proc must not catch
 * our writes.
 */
#ifndef JONG_PROCFS_H
#define JONG_PROCFS_H

#include <stdint.h>
#include <sys/types.h>

#define PROC_ROOT_INODE 1 /* of every procfs */

/*
 * A procfs that only this process can reach (a detached mount), or, where the kernel denies one,
 * what lies on /proc after it was checked to be the root of a procfs. *cache keeps it.
 */
int trusted_procfs(int *cache);

/* Writes a value to a file below that procfs; no other mount, no symlink is crossed on the way. */
int write_procfs(int procfs, const char *path, const char *value);

/*
 * Field 22 of /proc/PID/stat: clock ticks since boot at which the process began; 0 with errno on
 * failure.
 */
uint64_t process_start_time(pid_t pid);

#endif
