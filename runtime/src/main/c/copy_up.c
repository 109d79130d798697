#include "copy_up.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

#define MAX_DEPTH 64 /* one descriptor pair and one stack frame each */

static int copy_directory(int from, int to, int depth);

static int copy_symlink(int from, int to, const char *name)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(from, name, target, sizeof target - 1);
    if (length < 0)
        return -1;
    target[length] = '\0';
    return symlinkat(target, to, name);
}

static int copy_file(int from, int to, const char *name, const struct stat *found)
{
    AUTO_CLOSE int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    AUTO_CLOSE int copy =
        openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (source < 0 || copy < 0)
        return -1;
    ssize_t sent;
    do
        sent = sendfile(copy, source, NULL, 1 << 20);
    while (sent > 0);
    /* chown first: it takes set-id bits away. */
    return sent < 0 || fchown(copy, found->st_uid, found->st_gid) != 0
            || fchmod(copy, found->st_mode & 07777) != 0
        ? -1
        : 0;
}

static int copy_subdirectory(
    int from, int to, const char *name, const struct stat *found, int depth)
{
    if (mkdirat(to, name, 0700) != 0)
        return -1;
    AUTO_CLOSE int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    AUTO_CLOSE int copy = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0 || copy < 0 || copy_directory(source, copy, depth + 1) != 0)
        return -1;
    return fchown(copy, found->st_uid, found->st_gid) != 0
            || fchmod(copy, found->st_mode & 07777) != 0
        ? -1
        : 0;
}

static int copy_entry(int from, int to, const char *name, int depth)
{
    struct stat found;
    if (fstatat(from, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    if (S_ISDIR(found.st_mode))
        return copy_subdirectory(from, to, name, &found, depth);
    if (S_ISREG(found.st_mode))
        return copy_file(from, to, name, &found);
    if (!S_ISLNK(found.st_mode))
        return 0;
    if (copy_symlink(from, to, name) != 0)
        return -1;
    return fchownat(to, name, found.st_uid, found.st_gid, AT_SYMLINK_NOFOLLOW);
}

static void close_directory(DIR **directory)
{
    if (*directory != NULL)
        closedir(*directory);
}

static int copy_directory(int from, int to, int depth)
{
    if (depth > MAX_DEPTH) {
        errno = ELOOP;
        return -1;
    }
    AUTO_CLOSE int listed = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (listed < 0)
        return -1;
    __attribute__((cleanup(close_directory))) DIR *directory = fdopendir(listed);
    if (directory == NULL)
        return -1;
    listed = -1; /* closedir closes it */
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (copy_entry(from, to, entry->d_name, depth) != 0)
            return -1;
    }
    return 0;
}

int copy_up(int from, int to)
{
    return copy_directory(from, to, 0);
}
