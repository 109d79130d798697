/* The end of the plan: finding the program, waiting for the start, becoming it. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "io.h"
#include "ops.h"
#include "sync.h"
#include "syscalls.h"

/* For an environment without PATH; docker puts the same one into every container. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The status of a process that could not become its program; as runc. */
#define UNEXECUTED 255

static const char *last_value(const char **env, const char *key)
{
    size_t length = strlen(key);
    const char *value = NULL;
    for (; *env != NULL; env++)
        if (strncmp(*env, key, length) == 0 && (*env)[length] == '=')
            value = *env + length + 1;
    return value;
}

/*
 * With the effective ids, which takes faccessat2; a seccomp profile from before it may answer EPERM
 * where the C library expects ENOSYS. The real ids are then as good: they are the same by now.
 */
static int check_access(const char *path)
{
    int status = faccessat(AT_FDCWD, path, X_OK, AT_EACCESS);
    if (status != 0 && (errno == EPERM || errno == ENOSYS))
        status = faccessat(AT_FDCWD, path, X_OK, 0);
    return status == 0 ? 0 : errno;
}

/* 0 when the file can be executed by who we are now, else an errno value. */
static int executable(const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0)
        return errno;
    if (S_ISDIR(found.st_mode))
        return EISDIR;
    return check_access(path);
}

/*
 * Looks the word up as execvp would: ENOENT when it is nowhere, EACCES when all there is may not be
 * executed.
 */
static int search(const char *word, const char *path_list, char found[PATH_MAX])
{
    int error = ENOENT;
    const char *at = path_list;
    while (1) {
        size_t length = strcspn(at, ":");
        int written = length == 0 ? snprintf(found, PATH_MAX, "./%s", word)
                                  : snprintf(found, PATH_MAX, "%.*s/%s", (int) length, at, word);
        int reason = written < PATH_MAX ? executable(found) : ENAMETOOLONG;
        if (reason == 0)
            return 0;
        if (reason == EACCES)
            error = EACCES;
        if (at[length] == '\0')
            return error;
        at += length + 1;
    }
}

struct program {
    const char **args;
    const char **env;
    const char *fixed;
};

static int read_program(const struct plan *plan, struct program *program)
{
    struct reader fields = operation_fields(plan_find(plan, OP_EXEC));
    program->args = read_strs(&fields);
    program->env = read_strs(&fields);
    program->fixed = read_str(&fields);
    return program->args != NULL && program->env != NULL ? 0 : -1;
}

static int locate(const struct program *program, char found[PATH_MAX], struct failure *failure)
{
    const char *word = *program->fixed != '\0' ? program->fixed : program->args[0];
    int reason;
    if (*word != '\0' && strchr(word, '/') == NULL) {
        const char *path_list = last_value(program->env, "PATH");
        reason = search(word, path_list != NULL ? path_list : DEFAULT_PATH, found);
    } else {
        reason = (size_t) snprintf(found, PATH_MAX, "%s", word) < PATH_MAX ? executable(word)
                                                                           : ENAMETOOLONG;
    }
    return reason == 0 ? 0 : fail(failure, reason, word);
}

/* HOME of the user in place of an empty or missing one. */
static int put_home(struct program *program, char *home)
{
    size_t count = 0;
    while (program->env[count] != NULL)
        count++;
    const char **env = calloc(count + 2, sizeof *env);
    if (env == NULL)
        return -1;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(program->env[i], "HOME=", 5) != 0)
            env[kept++] = program->env[i];
    env[kept] = home;
    program->env = env; /* the former list is not freed: execve or _exit follow */
    return 0;
}

static void end_unstarted(int number)
{
    _exit(128 + number);
}

/*
 * The first process of a pid namespace is deaf to signals that it does not handle; who ends a
 * container before its start must not wait for ever. execve makes an end of the handlers.
 */
static void hear_signals(void)
{
    static const int ending[] = {SIGHUP, SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        signal(ending[i], end_unstarted);
}

static int wait_for_start(struct child *child)
{
    hear_signals();
    if (child->fifo < 0)
        return sync_await(child->sync, SYNC_START);
    char byte;
    ssize_t got;
    do
        got = read(child->fifo, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1 ? 0 : -1;
}

int op_wait_start(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    struct program program;
    char found[PATH_MAX];
    if (apply_identity(child, failure) != 0)
        return -1;
    if (read_program(child->plan, &program) != 0)
        return fail(failure, ENOMEM, "arguments");
    if (locate(&program, found, failure) != 0) {
        /* The missing word is EXEC's, wherever it was noticed. */
        failure->operation = child->plan->count - 1;
        failure->code = OP_EXEC;
        return -1;
    }
    free(program.args);
    free(program.env);
    close_fd(&child->null); /* it may wait for long */
    if (load_listened_seccomp(child, failure) != 0)
        return -1;
    prctl(PR_SET_PDEATHSIG, 0);
    if (sync_send(child->sync, SYNC_READY) != 0 || wait_for_start(child) != 0)
        _exit(1); /* whoever would start it is gone */
    child->started = true;
    return 0;
}

/*
 * Closed for good, not only marked: an fd on the host must not be there even for the kernel's own
 * lookup. Where a seccomp profile refuses close_range, what we opened since child_settle is closed
 * by name; there is nothing else.
 */
static void close_descriptors(struct child *child)
{
    if (sys_close_range((unsigned int) child->sync + 1, ~0U, 0) == 0)
        return;
    close_fd(&child->root);
    close_fd(&child->null);
    close_fd(&child->procfs);
    close_fd(&child->fifo);
}

/*
 * The program is there and may be executed, but the kernel does not take it (a script without its
 * interpreter, a foreign binary). As with runc the container runs by then and ends with this: its
 * own output tells why.
 */
static noreturn void end_unexecuted(const char *path)
{
    const char *reason = strerror(errno);
    dprintf(STDERR_FILENO, "exec %s: %c%s\n", path, tolower((unsigned char) *reason), reason + 1);
    _exit(UNEXECUTED);
}

int op_exec(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    struct program program;
    char found[PATH_MAX];
    if (apply_identity(child, failure) != 0)
        return -1;
    if (read_program(child->plan, &program) != 0
        || (child->home != NULL && put_home(&program, child->home) != 0))
        return fail(failure, ENOMEM, "arguments");
    if (locate(&program, found, failure) != 0)
        return -1;
    prctl(PR_SET_PDEATHSIG, 0);
    close_descriptors(child);
    if (load_late_seccomp(child, failure) != 0)
        return -1;
    execve(found, (char *const *) program.args, (char *const *) program.env);
    end_unexecuted(found);
}
