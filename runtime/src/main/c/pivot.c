/* The container's root becomes "/". */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "ops.h"
#include "serve.h"
#include "syscalls.h"

enum { PIVOT_ROOT, PIVOT_MOVE, PIVOT_CHROOT };

static int pivot_root_mode(void)
{
    /*
     * Both names are ".": the old root ends up on top of the new one, and is then taken off
     * (pivot_root(2)).
     */
    AUTO_CLOSE int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (old < 0 || sys_pivot_root(".", ".") != 0 || fchdir(old) != 0)
        return -1;
    /* A slave, so that the unmount does not travel to the host. */
    if (sys_mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) != 0)
        return -1;
    return sys_umount2(".", MNT_DETACH);
}

/*
 * Takes a mount away; where that is not allowed (a user namespace), something empty goes on top of
 * it.
 */
static int hide_mount(const char *path)
{
    /* A slave, so that the unmount does not travel; gone with a mount above it: nothing to hide. */
    if (sys_mount(NULL, path, NULL, MS_SLAVE | MS_REC, NULL) != 0)
        return errno == ENOENT ? 0 : -1;
    if (sys_umount2(path, MNT_DETACH) == 0 || errno == ENOENT)
        return 0;
    if (errno != EINVAL && errno != EPERM)
        return -1;
    return sys_mount("tmpfs", path, "tmpfs", MS_RDONLY, "nr_blocks=1,nr_inodes=1");
}

static bool is_full_kernel_filesystem(const char *root, const char *separator)
{
    return strncmp(root, "/ ", 2) == 0 && separator != NULL
        && (strncmp(separator, " - proc ", 8) == 0 || strncmp(separator, " - sysfs ", 9) == 0);
}

/*
 * Field 5 of a mountinfo line, its \ooo escapes resolved in place, if the whole of a procfs or
 * sysfs is mounted there.
 */
static char *kernel_mount_point(char *line)
{
    char *separator = strstr(line, " - ");
    char *root = line;
    for (int field = 1; field < 4 && root != NULL; field++)
        root = (root = strchr(root, ' ')) != NULL ? root + 1 : NULL;
    if (root == NULL || !is_full_kernel_filesystem(root, separator))
        return NULL;
    char *at = root + 2;
    at[strcspn(at, " ")] = '\0';
    char *to = at;
    for (const char *from = at; *from != '\0'; to++) {
        if (*from == '\\' && strlen(from) >= 4) {
            *to = (char) strtol((char[]){from[1], from[2], from[3], '\0'}, NULL, 8);
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
    return at;
}

/*
 * Without pivot_root the host's mounts stay below the new root. A full proc or sysfs among them
 * would let the container mount fresh ones of its own and would show the host's, so they go before
 * the move.
 */
static int hide_host_kernel_filesystems(const char *root)
{
    AUTO_CLOSE int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    size_t length;
    AUTO_FREE char *table = fd < 0 ? NULL : read_whole(fd, 16 << 20, &length);
    if (table == NULL)
        return -1;
    size_t root_length = strlen(root);
    char *rest = table;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char *path = kernel_mount_point(line);
        if (path == NULL)
            continue;
        if (strncmp(path, root, root_length) == 0
            && (path[root_length] == '/' || path[root_length] == '\0'))
            continue;
        if (hide_mount(path) != 0)
            return -1;
    }
    return 0;
}

static int move_mode(void)
{
    char root[4096];
    if (getcwd(root, sizeof root) == NULL || hide_host_kernel_filesystems(root) != 0)
        return -1;
    return sys_mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 ? -1 : 0;
}

static int go_in(uint32_t mode)
{
    if (mode == PIVOT_ROOT)
        return pivot_root_mode();
    return mode == PIVOT_MOVE ? move_mode() : chroot(".");
}

int op_pivot(struct child *child, struct reader *fields, struct failure *failure)
{
    uint32_t mode = read_u32(fields);
    if (child->root < 0 || mode > PIVOT_CHROOT)
        return fail(failure, EINVAL, "no rootfs before the pivot");
    if (end_asking(child) != 0 || fchdir(child->root) != 0 || go_in(mode) != 0 || chdir("/") != 0)
        return fail(failure, errno, "/");
    close_fd(&child->root);
    close_fd(&child->null);
    return 0;
}
