/* Hooks of the OCI specification: a program that is run and waited for. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "io.h"
#include "ops.h"
#include "syscalls.h"

struct hook {
    uint32_t timeout_millis;
    const char *path;
    const char **args;
    const char **env;
    const uint8_t *input;
    uint32_t input_length;
};

_Noreturn static void become_hook(const struct hook *hook, int input)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(input, 0);
    sys_close_range(3, ~0U, 0);
    execve(hook->path, (char *const *) hook->args, (char *const *) hook->env);
    _exit(127);
}

/*
 * The hook's input is state of a few hundred bytes; one that does not read it must not hold us, nor
 * a signal end us.
 */
static void feed(int socket, const struct hook *hook)
{
    size_t sent = 0;
    while (sent < hook->input_length) {
        ssize_t part = send(
            socket, hook->input + sent, hook->input_length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return;
        sent += (size_t) part;
    }
}

static int await_hook(const struct hook *hook, pid_t pid, struct failure *failure)
{
    AUTO_CLOSE int pidfd = sys_pidfd_open(pid);
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    int ready;
    do
        ready = poll(&ended, 1, hook->timeout_millis > 0 ? (int) hook->timeout_millis : -1);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        kill(pid, SIGKILL);
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (ready <= 0)
        return failf(failure, ETIMEDOUT, "%s: timeout", hook->path);
    if (WIFSIGNALED(status))
        return failf(failure, ECHILD, "%s: signal %d", hook->path, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return failf(failure, ECHILD, "%s: exit status %d", hook->path, WEXITSTATUS(status));
    return 0;
}

static int run(const struct hook *hook, struct failure *failure)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(failure, errno, hook->path);
    AUTO_CLOSE int ours = ends[0];
    AUTO_CLOSE int theirs = ends[1];
    pid_t pid = fork();
    if (pid == 0)
        become_hook(hook, theirs);
    if (pid < 0)
        return fail(failure, errno, hook->path);
    close_fd(&theirs);
    feed(ours, hook);
    close_fd(&ours);
    return await_hook(hook, pid, failure);
}

int run_hook(struct reader *fields, struct failure *failure)
{
    struct hook hook = {.timeout_millis = read_u32(fields)};
    hook.path = read_str(fields);
    AUTO_FREE const char **args = read_strs(fields);
    AUTO_FREE const char **env = read_strs(fields);
    hook.args = args;
    hook.env = env;
    hook.input = read_bytes(fields, &hook.input_length);
    if (args == NULL || env == NULL)
        return fail(failure, ENOMEM, hook.path);
    return run(&hook, failure);
}
