/* Where the container's root comes from, and its propagation and read-only state. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "ops.h"
#include "syscalls.h"

int op_root_propagation(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    uint64_t flags = read_u64(fields);
    if (sys_mount(NULL, "/", NULL, flags, NULL) != 0)
        return fail(failure, errno, "/");
    return 0;
}

int op_root_propagation_final(struct child *child, struct reader *fields, struct failure *failure)
{
    return op_root_propagation(child, fields, failure);
}

int op_root_readonly(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    AUTO_CLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 || sys_mount_setattr(root, 0, &read_only) != 0)
        return fail(failure, errno, "/");
    return 0;
}

static bool same_directory(int one, int other)
{
    struct stat first;
    struct stat second;
    return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino;
}

/*
 * Makes the mount that holds the directory private in this namespace: with the host's mounts
 * shared, what is mounted there would travel to the host, and pivot_root would refuse it. Only the
 * mount's own root takes attributes (EINVAL elsewhere), so the way goes up to it.
 */
static int make_place_private(int directory)
{
    struct mount_attr apart = {.propagation = MS_PRIVATE};
    AUTO_CLOSE int at = fcntl(directory, F_DUPFD_CLOEXEC, 0);
    while (at >= 0 && sys_mount_setattr(at, 0, &apart) != 0) {
        if (errno != EINVAL)
            return -1;
        AUTO_CLOSE int above = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (above >= 0 && same_directory(at, above)) {
            errno = EINVAL;
            return -1;
        }
        close_fd(&at);
        at = take_fd(&above);
    }
    return at < 0 ? -1 : 0;
}

/* Attaches the mount on the directory, privately, and makes it the root of what follows. */
static int attach_root(struct child *child, int mount, const char *target)
{
    struct mount_attr apart = {.propagation = MS_PRIVATE};
    AUTO_CLOSE int place = open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place < 0 || make_place_private(place) != 0 || sys_mount_setattr(mount, 0, &apart) != 0
        || sys_move_mount(mount, place) != 0)
        return -1;
    close_fd(&child->root);
    child->root = fcntl(mount, F_DUPFD_CLOEXEC, 0);
    return child->root < 0 ? -1 : 0;
}

static int bind_root(struct child *child, const char *source, const char *target, bool read_only)
{
    AUTO_CLOSE int tree =
        sys_open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
    struct mount_attr attributes = {.attr_set = read_only ? MOUNT_ATTR_RDONLY : 0};
    if (tree < 0 || sys_mount_setattr(tree, 0, &attributes) != 0)
        return -1;
    return attach_root(child, tree, target);
}

int op_rootfs_bind(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    return bind_root(child, path, path, false) == 0 ? 0 : fail(failure, errno, path);
}

struct overlay {
    const char **lower;
    const char *upper;
    const char *work;
    const char *target;
    const char **options;
};

static int set_option(int fs, const char *key, const char *value)
{
    return sys_fsconfig(fs, value != NULL ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, value, 0);
}

static int set_text_option(int fs, const char *option)
{
    AUTO_FREE char *key = strdup(option);
    if (key == NULL)
        return -1;
    char *equals = strchr(key, '=');
    if (equals != NULL)
        *equals++ = '\0';
    return set_option(fs, key, equals);
}

/*
 * Adds `name=value` to mount data, what overlayfs takes for separators escaped. False when it does
 * not fit.
 */
static bool append_escaped(char *data, size_t capacity, const char *before, const char *value)
{
    size_t used = strlen(data);
    if (used + strlen(before) + 2 * strlen(value) + 1 > capacity)
        return false;
    char *to = stpcpy(data + used, before);
    for (const char *from = value; *from != '\0'; from++) {
        if (strchr("\\:,", *from) != NULL)
            *to++ = '\\';
        *to++ = *from;
    }
    *to = '\0';
    return true;
}

/* mount(2), for kernels before 6.8, which do not know `lowerdir+`: all in one page of data. */
static int mount_in_one_page(const struct overlay *overlay)
{
    char data[4096] = "";
    bool fits = true;
    for (const char **lower = overlay->lower; *lower != NULL; lower++)
        fits = fits
            && append_escaped(
                data, sizeof data, lower == overlay->lower ? "lowerdir=" : ":", *lower);
    if (*overlay->upper != '\0')
        fits = fits && append_escaped(data, sizeof data, ",upperdir=", overlay->upper)
            && append_escaped(data, sizeof data, ",workdir=", overlay->work);
    for (const char **option = overlay->options; *option != NULL && fits; option++) {
        fits = strlen(data) + strlen(*option) + 2 <= sizeof data;
        if (fits)
            strcat(strcat(data, ","), *option);
    }
    if (!fits) {
        errno = E2BIG;
        return -1;
    }
    AUTO_CLOSE int place = open(overlay->target, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place < 0 || make_place_private(place) != 0)
        return -1;
    if (sys_mount("overlay", overlay->target, "overlay", 0, data) != 0)
        return -1;
    return sys_open_tree(AT_FDCWD, overlay->target, 0);
}

static int configure(int fs, const struct overlay *overlay)
{
    if (set_option(fs, "source", "overlay") != 0)
        return -1;
    for (const char **lower = overlay->lower; *lower != NULL; lower++)
        if (set_option(fs, "lowerdir+", *lower) != 0)
            return -1;
    if (*overlay->upper != '\0'
        && (set_option(fs, "upperdir", overlay->upper) != 0
            || set_option(fs, "workdir", overlay->work) != 0))
        return -1;
    for (const char **option = overlay->options; *option != NULL; option++)
        if (set_text_option(fs, *option) != 0)
            return -1;
    return sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static int overlay_root(struct child *child, const struct overlay *overlay)
{
    AUTO_CLOSE int fs = sys_fsopen("overlay");
    if (fs < 0)
        return -1;
    if (configure(fs, overlay) == 0) {
        AUTO_CLOSE int mount = sys_fsmount(fs, 0);
        return mount < 0 ? -1 : attach_root(child, mount, overlay->target);
    }
    if (errno != EINVAL)
        return -1;
    close_fd(&child->root);
    child->root = mount_in_one_page(overlay);
    return child->root < 0 ? -1 : 0;
}

int op_rootfs_overlay(struct child *child, struct reader *fields, struct failure *failure)
{
    AUTO_FREE const char **lower = read_strs(fields);
    const char *upper = read_str(fields);
    const char *work = read_str(fields);
    const char *target = read_str(fields);
    AUTO_FREE const char **options = read_strs(fields);
    if (lower == NULL || options == NULL || *lower == NULL)
        return fail(failure, lower == NULL || options == NULL ? ENOMEM : EINVAL, target);
    struct overlay overlay = {lower, upper, work, target, options};
    /* overlayfs wants two layers where nothing is writable; one layer needs no overlay. */
    bool single = lower[1] == NULL && *upper == '\0';
    int status = single ? bind_root(child, lower[0], target, true) : overlay_root(child, &overlay);
    return status == 0 ? 0 : fail(failure, errno, target);
}
