/* Hooks of the OCI specification: a program that is run and waited for. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "io.h"
#include "ops.h"
#include "serve.h"
#include "syscalls.h"

#define ENDED_SIZE 64
#define SHOWN_OUTPUT 384 /* of each stream, in the text of an error */

extern char **environ;

enum { INPUT, OUTPUT, ERRORS, STREAMS };

struct hook {
    uint32_t timeout_millis;
    const char *path;
    const char **args;
    const char **env;
    const char *input;
    const struct hook_place *place;
};

/* One run of it: our ends of its streams, and the beginning of what it wrote. */
struct run {
    pid_t pid;
    int pidfd;
    int ends[STREAMS];
    size_t sent;
    char shown[STREAMS][SHOWN_OUTPUT + 1];
    size_t shown_length[STREAMS];
};

/* `report` takes the reason when there is no program to become. */
_Noreturn static void become_hook(const struct hook *hook, const int theirs[STREAMS], int report)
{
    sigset_t none;
    sigemptyset(&none);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    bool ready = hook->place->directory < 0 || fchdir(hook->place->directory) == 0;
    for (int i = 0; ready && i < STREAMS; i++)
        ready = dup2(theirs[i], i) >= 0;
    ready = ready && dup3(report, STREAMS, O_CLOEXEC) >= 0;
    sys_close_range(STREAMS + 1, ~0U, 0);
    if (ready) {
        bool ours = hook->env[0] == NULL && hook->place->own_environment;
        execve(hook->path, (char *const *) hook->args, ours ? environ : (char **) hook->env);
    }
    int error = errno;
    if (write(STREAMS, &error, sizeof error) < 0)
        _exit(126);
    _exit(127);
}

/* What the process writes when it cannot become the program; 0 when it could. */
static int start_error(int report)
{
    int error = 0;
    while (read(report, &error, sizeof error) < 0 && errno == EINTR)
        continue;
    return error;
}

static void feed(struct run *run, const struct hook *hook)
{
    const char *rest = hook->input + run->sent;
    ssize_t part = write(run->ends[INPUT], rest, strlen(rest));
    if (part >= 0)
        run->sent += (size_t) part;
    /* A hook that does not want all of it need not read it. */
    if ((part < 0 && errno != EAGAIN && errno != EINTR) || hook->input[run->sent] == '\0')
        close_fd(&run->ends[INPUT]);
}

/* Keeps the beginning and takes the rest, so that the hook is not held up. False at the end. */
static bool take_output(struct run *run, int stream)
{
    char bytes[4096];
    ssize_t got = read(run->ends[stream], bytes, sizeof bytes);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    size_t room = SHOWN_OUTPUT - run->shown_length[stream];
    size_t kept = (size_t) got < room ? (size_t) got : room;
    memcpy(run->shown[stream] + run->shown_length[stream], bytes, kept);
    run->shown_length[stream] += kept;
    return true;
}

/* Serves its streams until it ends: true; or until its time is up: false. */
static bool serve_until_end(struct run *run, const struct hook *hook)
{
    uint64_t deadline = monotonic_nanos() + hook->timeout_millis * UINT64_C(1000000);
    while (1) {
        struct pollfd watched[STREAMS + 1] = {{.fd = run->pidfd, .events = POLLIN}};
        for (int i = 0; i < STREAMS; i++)
            watched[i + 1] =
                (struct pollfd){.fd = run->ends[i], .events = i == INPUT ? POLLOUT : POLLIN};
        int wait = -1;
        if (hook->timeout_millis > 0) {
            uint64_t now = monotonic_nanos();
            if (now >= deadline)
                return false;
            wait = (int) ((deadline - now) / 1000000 + 1);
        }
        if (poll(watched, STREAMS + 1, wait) <= 0)
            continue;
        if (watched[INPUT + 1].revents != 0)
            feed(run, hook);
        for (int i = OUTPUT; i < STREAMS; i++)
            if (watched[i + 1].revents != 0 && !take_output(run, i))
                close_fd(&run->ends[i]);
        if (watched[0].revents != 0)
            return true;
    }
}

/* In the words that runc has for it, which are Go's: `exit status 1`, `signal: killed`. */
static void describe_end(int status, char text[ENDED_SIZE])
{
    if (!WIFSIGNALED(status)) {
        snprintf(text, ENDED_SIZE, "exit status %d", WEXITSTATUS(status));
        return;
    }
    const char *name = strsignal(WTERMSIG(status));
    snprintf(text, ENDED_SIZE, "signal: %c%s", tolower((unsigned char) name[0]), name + 1);
}

static int await_hook(struct run *run, const struct hook *hook, struct failure *failure)
{
    bool in_time = serve_until_end(run, hook);
    int status = 0;
    if (!in_time)
        kill(run->pid, SIGKILL);
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!in_time)
        return failf(failure, ETIMEDOUT, "hook ran past specified timeout of %u.%us",
            hook->timeout_millis / 1000, hook->timeout_millis % 1000 / 100);
    for (int i = OUTPUT; i < STREAMS; i++)
        while (run->ends[i] >= 0 && take_output(run, i))
            continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    char how[ENDED_SIZE];
    describe_end(status, how);
    return failf(failure, ECHILD, "%s, stdout: %s, stderr: %s", how, run->shown[OUTPUT],
        run->shown[ERRORS]);
}

static int open_streams(int ours[STREAMS], int theirs[STREAMS])
{
    for (int i = 0; i < STREAMS; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return -1;
        ours[i] = ends[i == INPUT];
        theirs[i] = ends[i != INPUT];
        if (fcntl(ours[i], F_SETFL, O_NONBLOCK) != 0)
            return -1;
    }
    return 0;
}

static int begin(struct run *run, const struct hook *hook, const int theirs[STREAMS])
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    AUTO_CLOSE int report = ends[0];
    AUTO_CLOSE int reported = ends[1];
    run->pid = fork();
    if (run->pid == 0)
        become_hook(hook, theirs, reported);
    close_fd(&reported);
    if (run->pid < 0)
        return -1;
    run->pidfd = sys_pidfd_open(run->pid);
    int error = start_error(report);
    if (error == 0 && run->pidfd >= 0)
        return 0;
    error = error != 0 ? error : errno;
    kill(run->pid, SIGKILL);
    waitpid(run->pid, NULL, 0);
    errno = error;
    return -1;
}

static int run(const struct hook *hook, struct failure *failure)
{
    struct run run = {.pidfd = -1, .ends = {-1, -1, -1}};
    int theirs[STREAMS] = {-1, -1, -1};
    int status = open_streams(run.ends, theirs);
    if (status == 0)
        status = begin(&run, hook, theirs);
    if (status != 0)
        failf(failure, errno, "fork/exec %s", hook->path);
    for (int i = 0; i < STREAMS; i++)
        close_fd(&theirs[i]);
    if (status == 0)
        status = await_hook(&run, hook, failure);
    for (int i = 0; i < STREAMS; i++)
        close_fd(&run.ends[i]);
    close_fd(&run.pidfd);
    return status;
}

int run_hook(struct reader *fields, const struct hook_place *place, struct failure *failure)
{
    read_str(fields); /* its name is for whoever reads the plan */
    struct hook hook = {.place = place, .timeout_millis = read_u32(fields)};
    hook.path = read_str(fields);
    AUTO_FREE const char **args = read_strs(fields);
    AUTO_FREE const char **env = read_strs(fields);
    AUTO_FREE const char **parts = read_strs(fields);
    AUTO_FREE char *input = parts == NULL ? NULL : join_with_number(parts, place->pid);
    if (args == NULL || env == NULL || input == NULL)
        return fail(failure, ENOMEM, hook.path);
    for (size_t i = 0; place->home != NULL && env[i] != NULL; i++)
        if (strcmp(env[i], "HOME=") == 0)
            env[i] = place->home;
    hook.args = args;
    hook.env = env;
    hook.input = input;
    void (*former)(int) = signal(SIGPIPE, SIG_IGN); /* it may end before it has read its input */
    int status = run(&hook, failure);
    signal(SIGPIPE, former);
    return status;
}

/*
 * A hook of the container's own namespaces. After the start its program comes from the container,
 * and must not be free of the filter.
 */
int op_hook(struct child *child, struct reader *fields, struct failure *failure)
{
    struct hook_place place = {.pid = getpid(), .directory = -1, .home = child->home};
    if (!child->started)
        place.directory = child_root(child);
    else if (load_late_seccomp(child, failure) != 0)
        return -1;
    return run_hook(fields, &place, failure);
}

int op_await_creator_hooks(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    int none = -1;
    return ask_creator(child, &none, failure);
}
