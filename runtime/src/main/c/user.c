/*
 * Who the process is to be. Names are looked up in the container's own files by plain reading: no
 * name service, no library of the container's is ever loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "ops.h"
#include "root.h"

#define MAX_FILE_SIZE (16 << 20) /* a hostile image's /etc/passwd must not fill our memory */
#define MAX_ID 2147483647 /* as docker: 1<<31 - 1 */
#define MAX_GROUPS 65536 /* the kernel's NGROUPS_MAX */

/* One of the container's files, NUL-terminated; NULL when there is none. */
static char *read_in_root(struct child *child, const char *path)
{
    AUTO_CLOSE int fd = root_open(child_root(child), path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    size_t length;
    return fd < 0 ? NULL : read_whole(fd, MAX_FILE_SIZE, &length);
}

/* Cuts the next line off; false at the end. */
static bool next_line(char **rest, char **line)
{
    *line = strsep(rest, "\n");
    return *line != NULL;
}

static char *field(char **rest)
{
    static char none[1]; /* a line may have fewer fields than it should */
    char *value = strsep(rest, ":");
    return value != NULL ? value : none;
}

/* Strict decimal (CVE-2026-30892). False: not a number; one too large comes back as MAX_ID + 1. */
static bool parse_id(const char *text, uint64_t *id)
{
    *id = 0;
    if (*text == '\0')
        return false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9')
            return false;
        if (*id <= MAX_ID)
            *id = *id * 10 + (uint64_t) (*at - '0');
    }
    return true;
}

struct passwd_entry {
    const char *name;
    uint64_t uid;
    uint64_t gid;
    const char *home;
};

static bool parse_passwd_line(char *line, struct passwd_entry *entry)
{
    char *rest = line;
    entry->name = field(&rest);
    field(&rest);
    bool sound = parse_id(field(&rest), &entry->uid);
    sound = parse_id(field(&rest), &entry->gid) && sound;
    field(&rest);
    entry->home = field(&rest);
    return sound && entry->uid <= MAX_ID && entry->gid <= MAX_ID;
}

/* The first entry of that uid (by_uid) or name; the strings point into `text`. */
static bool find_user(
    char *text, bool by_uid, uint64_t uid, const char *name, struct passwd_entry *entry)
{
    char *line;
    while (text != NULL && next_line(&text, &line)) {
        if (!parse_passwd_line(line, entry))
            continue;
        if (by_uid ? entry->uid == uid : strcmp(entry->name, name) == 0)
            return true;
    }
    return false;
}

static int add_group(struct identity *identity, uint64_t gid)
{
    for (uint32_t i = 0; i < identity->group_count; i++)
        if (identity->groups[i] == gid)
            return 0;
    if (identity->group_count >= MAX_GROUPS) {
        errno = E2BIG;
        return -1;
    }
    gid_t *larger = realloc(identity->groups, (identity->group_count + 1) * sizeof *larger);
    if (larger == NULL)
        return -1;
    identity->groups = larger;
    identity->groups[identity->group_count++] = (gid_t) gid;
    return 0;
}

static bool is_member(char *members, const char *user)
{
    for (char *member = strsep(&members, ","); member != NULL; member = strsep(&members, ","))
        if (strcmp(member, user) == 0)
            return true;
    return false;
}

static bool parse_group_line(char *line, const char **name, uint64_t *gid, char **members)
{
    char *rest = line;
    *name = field(&rest);
    field(&rest);
    bool sound = parse_id(field(&rest), gid);
    *members = field(&rest);
    return sound && *gid <= MAX_ID;
}

/* Adds the groups that list the user; destroys `text`. */
static int add_memberships(struct identity *identity, char *text, const char *user)
{
    char *line;
    while (text != NULL && next_line(&text, &line)) {
        const char *name;
        char *members;
        uint64_t gid;
        if (parse_group_line(line, &name, &gid, &members) && is_member(members, user)
            && add_group(identity, gid) != 0)
            return -1;
    }
    return 0;
}

/* A group by number (which needs no entry) or by name. */
static int resolve_group(
    struct child *child, const char *word, uint64_t *gid, struct failure *failure)
{
    if (parse_id(word, gid))
        return *gid <= MAX_ID ? 0 : failf(failure, ERANGE, "group %s", word);
    AUTO_FREE char *text = read_in_root(child, "/etc/group");
    char *rest = text;
    char *line;
    while (rest != NULL && next_line(&rest, &line)) {
        const char *name;
        char *members;
        if (parse_group_line(line, &name, gid, &members) && strcmp(name, word) == 0)
            return 0;
    }
    return failf(failure, ENOENT, "group %s", word);
}

/*
 * Docker's rules: a numeric user is a uid and needs no entry; an empty one is root; the groups that
 * list a user count only where no group was given.
 */
static int resolve_user(struct child *child, char *user, const char *group, struct failure *failure)
{
    struct identity *identity = &child->identity;
    AUTO_FREE char *text = read_in_root(child, "/etc/passwd");
    uint64_t uid = 0;
    bool numeric = *user == '\0' || parse_id(user, &uid);
    struct passwd_entry entry = {0};
    bool found = find_user(text, numeric, uid, user, &entry);
    if (!found && !numeric)
        return failf(failure, ENOENT, "user %s", user);
    if (!found && uid > MAX_ID)
        return failf(failure, ERANGE, "user %s", user);
    identity->uid = (uid_t) (found ? entry.uid : uid);
    uint64_t gid = found ? entry.gid : 0;
    if (*group != '\0' && resolve_group(child, group, &gid, failure) != 0)
        return -1;
    identity->gid = (gid_t) gid;
    /*
     * The primary group is among the supplementary ones, or dropping it would widen rights
     * (CVE-2022-36109).
     */
    if (add_group(identity, gid) != 0)
        return fail(failure, errno, "groups");
    if (*group != '\0' || !found)
        return 0;
    AUTO_FREE char *groups = read_in_root(child, "/etc/group");
    return add_memberships(identity, groups, entry.name) == 0 ? 0 : fail(failure, errno, "groups");
}

int op_user_lookup(struct child *child, struct reader *fields, struct failure *failure)
{
    AUTO_FREE char *user = strdup(read_str(fields));
    if (user == NULL)
        return fail(failure, ENOMEM, "user");
    char *group = strchr(user, ':');
    if (group != NULL)
        *group++ = '\0';
    if (resolve_user(child, user, group != NULL ? group : "", failure) != 0)
        return -1;
    uint32_t count = read_u32(fields);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t gid;
        if (resolve_group(child, read_str(fields), &gid, failure) != 0)
            return -1;
        if (add_group(&child->identity, gid) != 0)
            return fail(failure, errno, "groups");
    }
    child->identity.known = true;
    return 0;
}

int op_user_ids(struct child *child, struct reader *fields, struct failure *failure)
{
    struct identity *identity = &child->identity;
    identity->uid = read_u32(fields);
    identity->gid = read_u32(fields);
    uint32_t count = read_u32(fields);
    for (uint32_t i = 0; i < count; i++)
        if (add_group(identity, read_u32(fields)) != 0)
            return fail(failure, errno, "groups");
    identity->skip_setgroups = read_u32(fields) != 0;
    identity->known = true;
    return 0;
}

static bool home_is_set(struct child *child)
{
    const struct operation *exec = plan_find(child->plan, OP_EXEC);
    struct reader fields = operation_fields(exec);
    skip_value(&fields, 'S');
    uint32_t count = read_u32(&fields);
    bool set = false;
    for (uint32_t i = 0; i < count; i++) {
        const char *variable = read_str(&fields);
        if (strncmp(variable, "HOME=", 5) == 0)
            set = variable[5] != '\0'; /* the last one counts */
    }
    return set;
}

int op_home(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    if (home_is_set(child))
        return 0;
    AUTO_FREE char *text = read_in_root(child, "/etc/passwd");
    struct passwd_entry entry = {0};
    bool found = find_user(text, true, child->identity.uid, "", &entry) && *entry.home != '\0';
    if (asprintf(&child->home, "HOME=%s", found ? entry.home : "/") < 0)
        return fail(failure, ENOMEM, "HOME");
    return 0;
}
