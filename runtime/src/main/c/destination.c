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
    int found =
        plain ? root_open_plain(root, path, O_PATH | O_DIRECTORY) : root_open(root, path, O_PATH);
    *made = found < 0 && errno == ENOENT;
    if (!*made)
        return found;
    found = root_make(root, path, NODE_DIRECTORY);
    if (found < 0 || !plain)
        return found;
    close_fd(&found);
    return root_open_plain(root, path, O_PATH | O_DIRECTORY);
}

static bool is_same(int one, int other)
{
    struct stat first;
    struct stat second;
    return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino;
}

/* The directory that procfs is or will be mounted on, by whatever name it was reached. */
static bool is_place_of_proc(int root, int destination)
{
    AUTO_CLOSE int proc = root_open(root, "/proc", O_PATH);
    return proc >= 0 && is_same(proc, destination);
}

static bool is_inside_proc(int destination, const char *path)
{
    struct statfs covered;
    return strncmp(path, "/proc/", 6) == 0
        || (fstatfs(destination, &covered) == 0 && covered.f_type == PROC_SUPER_MAGIC);
}

static bool is_replaceable(const char *path)
{
    for (size_t i = 0; i < sizeof replaceable_proc_files / sizeof *replaceable_proc_files; i++)
        if (strcmp(path, replaceable_proc_files[i]) == 0)
            return true;
    return false;
}

int refuse_place(struct child *child, int destination, const char *path, bool brings_proc)
{
    int root = child_root(child);
    errno = is_same(root, destination) ? EBUSY : 0;
    if (is_place_of_proc(root, destination))
        errno = brings_proc ? 0 : EPERM;
    else if (is_inside_proc(destination, path))
        errno = is_replaceable(path) ? 0 : EPERM;
    return errno == 0 ? 0 : -1;
}
