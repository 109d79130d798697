#include "procfs.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "io.h"
#include "syscalls.h"

#define START_TIME_FIELD 22

static int detached_procfs(void)
{
    AUTO_CLOSE int fs = sys_fsopen("proc");
    if (fs < 0 || sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return sys_fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

static int checked_procfs(void)
{
    AUTO_CLOSE int fd = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat found;
    struct statfs filesystem;
    if (fd < 0 || fstat(fd, &found) != 0 || fstatfs(fd, &filesystem) != 0)
        return -1;
    if (filesystem.f_type != PROC_SUPER_MAGIC || found.st_ino != PROC_ROOT_INODE) {
        errno = ENODEV;
        return -1;
    }
    return take_fd(&fd);
}

int trusted_procfs(int *cache)
{
    if (*cache < 0)
        *cache = detached_procfs();
    if (*cache < 0)
        *cache = checked_procfs();
    return *cache;
}

int write_procfs(int procfs, const char *path, const char *value)
{
    uint64_t resolve =
        RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    AUTO_CLOSE int fd = sys_openat2(procfs, path, O_WRONLY, resolve);
    if (fd < 0)
        return -1;
    return write(fd, value, strlen(value)) < 0 ? -1 : 0;
}

uint64_t process_start_time(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int) pid);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    char line[2048];
    ssize_t length = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
    if (length <= 0)
        return 0;
    line[length] = '\0';
    /* The second field is the name in parentheses and may hold anything: count from its end. */
    char *at = strrchr(line, ')');
    for (int field = 2; at != NULL && field < START_TIME_FIELD; field++)
        at = strchr(at + 1, ' ');
    if (at == NULL) {
        errno = EPROTO;
        return 0;
    }
    return strtoull(at + 1, NULL, 10);
}
