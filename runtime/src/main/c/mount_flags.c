#include "mount_flags.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "io.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What options without a word for access times decide about. */
#define PLAIN_ATTRIBUTES \
    (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC \
        | MOUNT_ATTR_NOSYMFOLLOW)

static const struct {
    uint64_t flag;
    uint64_t attribute;
} mount_attributes[] = {
    {MS_RDONLY, MOUNT_ATTR_RDONLY},
    {MS_NOSUID, MOUNT_ATTR_NOSUID},
    {MS_NODEV, MOUNT_ATTR_NODEV},
    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
    {MS_NOATIME, MOUNT_ATTR_NOATIME},
    {MS_STRICTATIME, MOUNT_ATTR_STRICTATIME},
    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
    {256 /* MS_NOSYMFOLLOW */, MOUNT_ATTR_NOSYMFOLLOW},
};

static const struct {
    uint64_t flag;
    const char *option;
} superblock_flags[] = {
    {MS_RDONLY, "ro"},
    {MS_SYNCHRONOUS, "sync"},
    {MS_DIRSYNC, "dirsync"},
    {MS_MANDLOCK, "mand"},
    {MS_LAZYTIME, "lazytime"},
};

uint64_t mount_attributes_of(uint64_t flags)
{
    uint64_t attributes = 0;
    for (size_t i = 0; i < COUNT(mount_attributes); i++)
        if (flags & mount_attributes[i].flag)
            attributes |= mount_attributes[i].attribute;
    return attributes;
}

/*
 * The next option of comma-separated data, commas within double quotes (SELinux contexts) being
 * part of it.
 */
static char *next_option(char **rest)
{
    char *option = *rest;
    int quoted = 0;
    if (option == NULL || *option == '\0')
        return NULL;
    char *at = option;
    while (*at != '\0' && (*at != ',' || quoted))
        quoted ^= *at++ == '"';
    *rest = *at == ',' ? at + 1 : NULL;
    *at = '\0';
    return option;
}

int set_filesystem_data(int fs, const char *data)
{
    AUTO_FREE char *copy = strdup(data);
    if (copy == NULL)
        return -1;
    char *rest = copy;
    for (char *key = next_option(&rest); key != NULL; key = next_option(&rest)) {
        char *value = strchr(key, '=');
        if (value != NULL)
            *value++ = '\0';
        unsigned int command = value != NULL ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
        if (*key != '\0' && sys_fsconfig(fs, command, key, value, 0) != 0)
            return -1;
    }
    return 0;
}

int set_superblock_flags(int fs, uint64_t flags)
{
    for (size_t i = 0; i < COUNT(superblock_flags); i++)
        if ((flags & superblock_flags[i].flag)
            && sys_fsconfig(fs, FSCONFIG_SET_FLAG, superblock_flags[i].option, NULL, 0) != 0)
            return -1;
    return 0;
}

int set_propagation(int mount, uint64_t flags)
{
    if (flags == 0)
        return 0;
    struct mount_attr attributes = {.propagation = flags & ~(uint64_t) MS_REC};
    return sys_mount_setattr(mount, flags & MS_REC ? AT_RECURSIVE : 0, &attributes);
}

int replace_attributes(int mount, uint64_t set, uint64_t clear)
{
    struct mount_attr attributes = {
        .attr_set = set, .attr_clr = (clear | PLAIN_ATTRIBUTES) & ~(set & PLAIN_ATTRIBUTES)};
    if (sys_mount_setattr(mount, 0, &attributes) == 0)
        return 0;
    if (errno != EPERM)
        return -1;
    /* Following symlinks is the one thing that is never locked. */
    attributes.attr_clr = clear | (MOUNT_ATTR_NOSYMFOLLOW & ~set);
    return sys_mount_setattr(mount, 0, &attributes);
}
