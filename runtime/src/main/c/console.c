/*
 * The process's terminal: a pty of the container's own devpts, bound on /dev/console, its master
 * given away.
 */
#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "io.h"
#include "ops.h"
#include "root.h"
#include "sync.h"
#include "syscalls.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
#define PTMX_INODE 2
#define PTMX_MAJOR 5
#define PTMX_MINOR 2

static bool is_ptmx_of_devpts(int fd)
{
    struct stat found;
    struct statfs filesystem;
    return fstatfs(fd, &filesystem) == 0 && filesystem.f_type == DEVPTS_SUPER_MAGIC
        && fstat(fd, &found) == 0 && S_ISCHR(found.st_mode) && found.st_ino == PTMX_INODE
        && found.st_rdev == makedev(PTMX_MAJOR, PTMX_MINOR);
}

/*
 * The multiplexer inside the devpts mount itself; /dev/ptmx is the image's to choose and is not
 * asked.
 */
static int open_master(int root)
{
    AUTO_CLOSE int found = root_open_plain(root, "/dev/pts/ptmx", O_PATH | O_NOFOLLOW);
    if (found < 0)
        return -1;
    if (!is_ptmx_of_devpts(found)) {
        errno = ENODEV;
        return -1;
    }
    AUTO_CLOSE int master = root_open_plain(root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW);
    if (master < 0)
        return -1;
    if (!is_ptmx_of_devpts(master)) {
        errno = ENODEV;
        return -1;
    }
    return take_fd(&master);
}

/*
 * By descriptor from end to end: neither the slave nor the place can be swapped under it
 * (CVE-2025-52565).
 */
static int bind_on_console(int root, int slave)
{
    AUTO_CLOSE int tree = sys_open_tree(slave, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
    AUTO_CLOSE int dev = root_open_plain(root, "/dev", O_PATH | O_DIRECTORY);
    if (tree < 0 || dev < 0)
        return -1;
    AUTO_CLOSE int made =
        openat(dev, "console", O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
    if (made < 0 && errno != EEXIST)
        return -1;
    AUTO_CLOSE int place = openat(dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return place < 0 ? -1 : sys_move_mount(tree, place);
}

static int become_terminal(int slave)
{
    for (int fd = 0; fd < 3; fd++)
        if (dup2(slave, fd) < 0)
            return -1;
    return ioctl(0, TIOCSCTTY, 0);
}

int op_console(struct child *child, struct reader *fields, struct failure *failure)
{
    struct winsize size = {.ws_row = (unsigned short) read_u32(fields)};
    size.ws_col = (unsigned short) read_u32(fields);
    int root = child_root(child);
    AUTO_CLOSE int master = open_master(root);
    int unlocked = 0;
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) != 0)
        return fail(failure, errno, "/dev/pts/ptmx");
    AUTO_CLOSE int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        return fail(failure, errno, "/dev/pts");
    if (size.ws_row != 0 && size.ws_col != 0 && ioctl(master, TIOCSWINSZ, &size) != 0)
        return fail(failure, errno, "terminal size");
    if (!child->joins_process && bind_on_console(root, slave) != 0)
        return fail(failure, errno, "/dev/console");
    if (become_terminal(slave) != 0)
        return fail(failure, errno, "controlling terminal");
    return sync_send_fd(child->sync, SYNC_CONSOLE, master) == 0
        ? 0
        : fail(failure, errno, "console socket");
}
