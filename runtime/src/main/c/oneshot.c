#include "oneshot.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "handover.h"
#include "init.h"
#include "io.h"
#include "launch.h"
#include "sync.h"

#define MAX_PLAN (16u << 20)
#define EXEC_FAILED 255 /* as runc: unlike 1, hardly a status of the process */

struct request {
    bool is_exec;
    bool detach;
    const char *plan_path;
    const char *pid_file;
    const char *console_socket;
    int error_fd;
};

static int parse(int argc, char *argv[], struct request *request)
{
    static const struct option options[] = {
        {"pid-file", required_argument, NULL, 'p'},
        {"console-socket", required_argument, NULL, 'c'},
        {"error-fd", required_argument, NULL, 'e'},
        {"detach", no_argument, NULL, 'd'},
        {0},
    };
    *request = (struct request){.is_exec = strcmp(argv[0], "exec") == 0, .error_fd = STDERR_FILENO};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'p')
            request->pid_file = optarg;
        else if (option == 'c')
            request->console_socket = optarg;
        else if (option == 'e')
            request->error_fd = atoi(optarg);
        else if (option == 'd')
            request->detach = true;
        else
            return -1;
    }
    if (optind + 1 != argc)
        return -1;
    request->plan_path = argv[optind];
    return 0;
}

/* One line each, whatever is in the text. */
static void tell(const struct request *request, const char *prefix, const char *text)
{
    char line[DETAIL_SIZE + 64];
    int length = snprintf(line, sizeof line - 1, "%s %s", prefix, text);
    if ((size_t) length >= sizeof line - 1)
        length = sizeof line - 2;
    for (char *at = line; at < line + length; at++)
        if (*at == '\n')
            *at = ' ';
    line[length] = '\n';
    if (write_all(request->error_fd, line, (size_t) length + 1) != 0)
        return; /* nobody to tell: the exit status still does */
}

static void warn(void *context, const char *text)
{
    tell(context, "warning", text);
}

static void tell_failure(const struct request *request, const struct failure *failure)
{
    char prefix[64];
    snprintf(
        prefix, sizeof prefix, "error %u %u %u", failure->operation, failure->code, failure->error);
    tell(request, prefix, failure->detail);
}

/* Whole or not at all: the caller waits for the file to appear. */
static int write_pid_file(const char *path, pid_t pid, struct failure *failure)
{
    char text[16];
    char temporary[PATH_MAX];
    if ((size_t) snprintf(temporary, sizeof temporary, "%s.new", path) >= sizeof temporary)
        return fail(failure, ENAMETOOLONG, path);
    int length = snprintf(text, sizeof text, "%d", (int) pid);
    AUTO_CLOSE int fd =
        open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0 || write_all(fd, text, (size_t) length) != 0 || rename(temporary, path) != 0)
        return fail(failure, errno, path);
    return 0;
}

static int give_terminal(const struct request *request, int master, struct failure *failure)
{
    const char *path = request->console_socket;
    if (path == NULL)
        return fail(failure, EINVAL, "a process with a terminal needs --console-socket");
    return hand_over_terminal(path, master) == 0 ? 0 : fail(failure, errno, path);
}

/*
 * Of `create` only the FIFO starts the process; an exec is started at once. True when there is more
 * to come.
 */
static bool became_ready(
    const struct request *request, const struct launched *launched, struct failure *failure)
{
    if (request->pid_file != NULL && write_pid_file(request->pid_file, launched->pid, failure) != 0)
        return false;
    if (!request->is_exec)
        return false;
    if (sync_send(launched->sync, SYNC_START) != 0)
        fail(failure, errno, "the process ended before its start");
    return failure->error == 0;
}

/* Follows the process to where it waits (create) or has become its program (exec). */
static int follow(
    const struct request *request, const struct launched *launched, struct failure *failure)
{
    struct sync_message message;
    bool ready = false;
    while (1) {
        AUTO_CLOSE int fd = -1;
        int got = sync_receive(launched->sync, &message, &fd);
        if (got < 0)
            return fail(failure, errno, "messages of the process");
        if (got == 0)
            return ready ? 0 : fail(failure, ECHILD, "the process ended before it was ready");
        if (message.type == SYNC_FAILED) {
            *failure = message.failure;
            return -1;
        }
        if (message.type == SYNC_WARNING)
            tell(request, "warning", message.failure.detail);
        if (message.type == SYNC_CONSOLE && give_terminal(request, fd, failure) != 0)
            return -1;
        if (message.type == SYNC_READY) {
            ready = true;
            if (!became_ready(request, launched, failure))
                return failure->error != 0 ? -1 : 0;
        }
    }
}

static int carry_out(const struct request *request, const struct plan *plan,
    struct launched *launched, struct failure *failure)
{
    static const int stdio_as_it_is[3] = {-1, -1, -1};
    if (check_preserved(plan, failure) != 0
        || launch(plan, stdio_as_it_is, launched, warn, (void *) (uintptr_t) request, failure) != 0)
        return -1;
    AUTO_CLOSE int console = launched->console;
    if ((console < 0 || give_terminal(request, console, failure) == 0)
        && follow(request, launched, failure) == 0)
        return 0;
    kill(launched->pid, SIGKILL);
    waitpid(launched->pid, NULL, 0);
    return -1;
}

static char *read_plan(const struct request *request, struct plan *plan, struct failure *failure)
{
    size_t length;
    AUTO_CLOSE int fd = open(request->plan_path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *bytes = fd < 0 ? NULL : read_whole(fd, MAX_PLAN, &length);
    if (bytes == NULL) {
        fail(failure, errno, request->plan_path);
        return NULL;
    }
    if (plan_read(plan, (const uint8_t *) bytes, length, failure) != 0)
        return NULL;
    char *kept = bytes;
    bytes = NULL;
    return kept;
}

int oneshot_main(int argc, char *argv[])
{
    struct request request;
    struct failure failure = FAILURE_NONE;
    struct plan plan;
    struct launched launched;
    if (parse(argc, argv, &request) != 0)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    sigset_t signals = forwarded_signals();
    if (request.is_exec && !request.detach)
        sigprocmask(SIG_BLOCK, &signals, NULL);
    AUTO_FREE char *bytes = read_plan(&request, &plan, &failure);
    if (bytes == NULL || carry_out(&request, &plan, &launched, &failure) != 0) {
        tell_failure(&request, &failure);
        return request.is_exec ? EXEC_FAILED : 1;
    }
    return request.is_exec && !request.detach ? supervise(launched.pid, &signals) : 0;
}
