#include "root.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "syscalls.h"

#define MAX_LINKS 40 /* as the kernel's own */
#define MAX_RETRIES 128

/*
 * A rename elsewhere in the tree makes a confined lookup of ".." give EAGAIN: the kernel asks for
 * another try.
 */
static int open_confined(int root, const char *path, uint64_t flags, uint64_t resolve)
{
    const char *named = *path != '\0' ? path : ".";
    int fd = -1;
    for (int i = 0; i < MAX_RETRIES; i++) {
        fd = sys_openat2(root, named, flags, resolve | RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
            return fd;
    }
    return fd;
}

int root_open(int root, const char *path, uint64_t flags)
{
    return open_confined(root, path, flags, 0);
}

int root_open_plain(int root, const char *path, uint64_t flags)
{
    return open_confined(root, path, flags, RESOLVE_NO_SYMLINKS);
}

/*
 * A walk from the root: where it stands, by descriptor and by its symlink-free name, and what is
 * left to go.
 */
struct walk {
    int root;
    int here;
    int links;
    char resolved[PATH_MAX];
    char todo[PATH_MAX];
};

static int stand(struct walk *walk, int fd)
{
    if (fd < 0)
        return -1;
    close_fd(&walk->here);
    walk->here = fd;
    return 0;
}

static int go_to_root(struct walk *walk)
{
    walk->resolved[0] = '\0';
    return stand(walk, root_open(walk->root, ".", O_PATH | O_DIRECTORY));
}

static int go_up(struct walk *walk)
{
    char *slash = strrchr(walk->resolved, '/');
    if (slash != NULL)
        *slash = '\0';
    return stand(walk, root_open_plain(walk->root, walk->resolved, O_PATH | O_DIRECTORY));
}

/* Cuts the next name off what is left to go. False at the end. */
static bool next_name(struct walk *walk, char name[NAME_MAX + 1], bool *last)
{
    const char *from = walk->todo + strspn(walk->todo, "/");
    size_t length = strcspn(from, "/");
    if (length == 0 || length > NAME_MAX) {
        errno = length == 0 ? 0 : ENAMETOOLONG;
        return false;
    }
    memcpy(name, from, length);
    name[length] = '\0';
    const char *rest = from + length;
    rest += strspn(rest, "/");
    *last = *rest == '\0';
    memmove(walk->todo, rest, strlen(rest) + 1);
    return true;
}

static int open_or_create(int directory, const char *name, enum node_kind kind)
{
    int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    if (kind == NODE_DIRECTORY) {
        if (mkdirat(directory, name, 0755) != 0 && errno != EEXIST)
            return -1;
    } else {
        AUTO_CLOSE int made =
            openat(directory, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
        if (made < 0 && errno != EEXIST)
            return -1;
    }
    return openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* Puts the target of the symlink before what is left to go. */
static int follow(struct walk *walk, int link)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(link, "", target, sizeof target - 1);
    if (length < 0)
        return -1;
    if (++walk->links > MAX_LINKS) {
        errno = ELOOP;
        return -1;
    }
    target[length] = '\0';
    char joined[sizeof walk->todo];
    if ((size_t) snprintf(joined, sizeof joined, "%s/%s", target, walk->todo) >= sizeof joined) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(walk->todo, joined, strlen(joined) + 1);
    return target[0] == '/' ? go_to_root(walk) : 0;
}

static int go_into(struct walk *walk, const char *name, enum node_kind kind)
{
    AUTO_CLOSE int fd = open_or_create(walk->here, name, kind);
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0)
        return -1;
    if (S_ISLNK(found.st_mode))
        return follow(walk, fd);
    size_t length = strlen(walk->resolved);
    if (length + strlen(name) + 2 > sizeof walk->resolved) {
        errno = ENAMETOOLONG;
        return -1;
    }
    snprintf(walk->resolved + length, sizeof walk->resolved - length, "/%s", name);
    return stand(walk, take_fd(&fd));
}

int root_make(int root, const char *path, enum node_kind kind)
{
    int found = root_open(root, path, O_PATH);
    if (found >= 0 || errno != ENOENT)
        return found;
    struct walk walk = {.root = root, .here = -1};
    if (strlen(path) >= sizeof walk.todo) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(walk.todo, path, strlen(path) + 1);
    char name[NAME_MAX + 1];
    bool last;
    int status = go_to_root(&walk);
    while (status == 0 && next_name(&walk, name, &last)) {
        if (strcmp(name, "..") == 0)
            status = go_up(&walk);
        else if (strcmp(name, ".") != 0)
            status = go_into(&walk, name, last ? kind : NODE_DIRECTORY);
    }
    if (status != 0 || errno == ENAMETOOLONG)
        close_fd(&walk.here);
    return walk.here;
}

int root_make_parent(int root, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash != NULL ? slash + 1 : path;
    if (**name == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0) {
        errno = EINVAL;
        return -1;
    }
    char directory[PATH_MAX];
    size_t length = (size_t) (*name - path);
    if (length >= sizeof directory) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(directory, path, length);
    directory[length] = '\0';
    return root_make(root, directory, NODE_DIRECTORY);
}
