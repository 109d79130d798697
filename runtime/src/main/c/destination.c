#include "destination.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "io.h"
#include "syscalls.h"

/* The few files of procfs that a container may be given another view of (lxcfs). */
static const char *const replaceable_proc_files[] = {
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/uptime",
    "/proc/loadavg",
    "/proc/slabinfo",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/sys/crypto/fips_enabled",
};

static bool is_kernel_view(const char *type)
{
    return strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0;
}

int destination_directory(struct child *child, const char *type, const char *path, bool *made)
{
    int root = child_root(child);
    bool plain = is_kernel_view(type) || strcmp(path, "/dev") == 0;
    int found = plain ? root_open_plain(root, path, O_PATH | O_DIRECTORY)
                      : root_open(root, path, O_PATH);
    *made = found < 0 && errno == ENOENT;
    if (!*made)
        return found;
    found = root_make(root, path, NODE_DIRECTORY);
    if (found < 0 || !plain)
        return found;
    close_fd(&found);
    return root_open_plain(root, path, O_PATH | O_DIRECTORY);
}

static int is_root(int root, int destination)
{
    struct stat top;
    struct stat found;
    if (fstat(root, &top) != 0 || fstat(destination, &found) != 0)
        return -1;
    return top.st_dev == found.st_dev && top.st_ino == found.st_ino;
}

int refuse_place(struct child *child, int destination, const char *path, bool brings_proc)
{
    struct statfs covered;
    int covers_root = is_root(child_root(child), destination);
    if (covers_root < 0 || fstatfs(destination, &covered) != 0)
        return -1;
    if (covers_root) {
        errno = EBUSY;
        return -1;
    }
    if (covered.f_type != PROC_SUPER_MAGIC || brings_proc)
        return 0;
    for (size_t i = 0; i < sizeof replaceable_proc_files / sizeof *replaceable_proc_files; i++)
        if (strcmp(path, replaceable_proc_files[i]) == 0)
            return 0;
    errno = EPERM;
    return -1;
}
