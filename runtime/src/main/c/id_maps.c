#include "id_maps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"

#define MAX_MAP_LINES 340 /* the kernel's own limit */

static int write_process_file(
    pid_t pid, const char *file, const char *text, struct failure *failure)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int) pid, file);
    return write_file(path, text) == 0 ? 0 : fail(failure, errno, path);
}

int write_maps(pid_t pid, const char *uids, const char *gids, struct failure *failure)
{
    if (write_process_file(pid, "gid_map", gids, failure) != 0)
        return -1;
    return write_process_file(pid, "uid_map", uids, failure);
}

/* `TOOL PID inside outside count …`: the words of the map are its arguments. */
_Noreturn static void become_tool(const char *tool, pid_t pid, const char *map)
{
    char number[16];
    char *words = strdup(map);
    char *arguments[2 + MAX_MAP_LINES * 3 + 1] = {(char *) (uintptr_t) tool, number};
    size_t count = 2;
    snprintf(number, sizeof number, "%d", (int) pid);
    char *rest = NULL;
    char *word = words == NULL ? NULL : strtok_r(words, " \n", &rest);
    for (; word != NULL && count + 1 < sizeof arguments / sizeof *arguments;
        word = strtok_r(NULL, " \n", &rest))
        arguments[count++] = word;
    execvp(tool, arguments);
    _exit(errno == ENOENT ? 127 : 126);
}

static int run_tool(const char *tool, pid_t pid, const char *map, struct failure *failure)
{
    pid_t process = fork();
    if (process == 0)
        become_tool(tool, pid, map);
    if (process < 0)
        return fail(failure, errno, tool);
    int status;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return fail(failure, errno, tool);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return failf(failure, ENOENT, "%s, which maps more than one's own id", tool);
    return status == 0 ? 0 : failf(failure, EPERM, "%s refuses the map %s", tool, map);
}

static bool maps_one_id(const char *map)
{
    char *rest;
    strtoul(map, &rest, 10);
    strtoul(rest, &rest, 10);
    return strtoul(rest, &rest, 10) == 1 && strcmp(rest, "\n") == 0;
}

/*
 * The kernel lets an ordinary user map only its own id, a group's once setgroups is given up: a
 * process could otherwise shed a group that denies it something.
 */
static int write_one_map(
    pid_t pid, const char *file, const char *tool, const char *map, struct failure *failure)
{
    if (maps_one_id(map) && write_process_file(pid, file, map, failure) == 0)
        return 0;
    *failure = FAILURE_NONE;
    return run_tool(tool, pid, map, failure);
}

int write_id_maps(pid_t pid, struct reader *fields, struct failure *failure)
{
    uint32_t deny = read_u32(fields);
    const char *uids = read_str(fields);
    const char *gids = read_str(fields);
    bool ordinary = geteuid() != 0;
    if ((deny || (ordinary && maps_one_id(gids)))
        && write_process_file(pid, "setgroups", "deny", failure) != 0)
        return -1;
    if (!ordinary)
        return write_maps(pid, uids, gids, failure);
    if (write_one_map(pid, "uid_map", "newuidmap", uids, failure) != 0)
        return -1;
    return write_one_map(pid, "gid_map", "newgidmap", gids, failure);
}
