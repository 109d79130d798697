#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frames.h"
#include "handover.h"
#include "init.h"
#include "io.h"
#include "procfs.h"
#include "seal.h"
#include "sync.h"
#include "syscalls.h"

#define HOME_VARIABLE "JONG_RUNC_HOME"
#define FAILED 1

void send_reply(struct front *front, enum front_reply type, const struct buffer *payload)
{
    struct buffer frame = {0};
    size_t length = payload == NULL ? 0 : buffer_length(payload);
    uint8_t number = (uint8_t) type;
    put_u32(&frame, (uint32_t) length);
    put_raw(&frame, &number, sizeof number);
    if (length > 0)
        put_raw(&frame, payload->bytes + payload->start, length);
    /* A brain that has gone shows as the end of its requests. */
    if (!frame.failed)
        (void) !write_all(front->brain.replies, frame.bytes + frame.start, buffer_length(&frame));
    buffer_free(&frame);
}

static void send_failure(struct front *front, const struct failure *failure)
{
    struct buffer payload = {0};
    put_u32(&payload, failure->operation);
    put_u32(&payload, failure->code);
    put_u32(&payload, failure->error);
    put_str(&payload, failure->detail);
    send_reply(front, FRONT_ERROR, &payload);
    buffer_free(&payload);
}

static void send_warning(void *context, const char *text)
{
    struct buffer payload = {0};
    put_str(&payload, text);
    send_reply(context, FRONT_WARNING, &payload);
    buffer_free(&payload);
}

int malformed(const struct reader *payload, struct failure *failure)
{
    return payload->bad || payload->left > 0 ? fail(failure, EPROTO, "malformed request") : 0;
}

int take_terminal(struct front *front, int *master, struct failure *failure)
{
    if (*front->console_socket != '\0')
        return hand_over_terminal(front->console_socket, *master) == 0
            ? 0
            : fail(failure, errno, front->console_socket);
    front->master = take_fd(master);
    keep_newlines(front->master);
    copy_terminal_size(front->master);
    return 0;
}

static int forget_process(struct front *front)
{
    close_fd(&front->process.sync);
    close_fd(&front->process.pidfd);
    close_fd(&front->master);
    front->process.pid = 0;
    return -1;
}

static int abort_process(struct front *front)
{
    if (front->process.pid > 0) {
        kill(front->process.pid, SIGKILL);
        waitpid(front->process.pid, NULL, 0);
    }
    return forget_process(front);
}

/* Follows the process to where it waits (1), or has become its program (0). */
static int follow(struct front *front, struct failure *failure)
{
    struct sync_message message;
    while (1) {
        AUTO_CLOSE int fd = -1;
        int got = sync_receive(front->process.sync, &message, &fd);
        if (got < 0)
            return fail(failure, errno, "messages of the process");
        if (got == 0)
            return 0;
        if (message.type == SYNC_FAILED) {
            *failure = message.failure;
            return -1;
        }
        if (message.type == SYNC_WARNING)
            send_warning(front, message.failure.detail);
        if (message.type == SYNC_CONSOLE && take_terminal(front, &fd, failure) != 0)
            return -1;
        if (message.type == SYNC_READY)
            return 1;
    }
}

void send_created(struct front *front, pid_t pid, uint64_t start_time)
{
    struct buffer created = {0};
    put_u32(&created, (uint32_t) pid);
    put_u64(&created, start_time);
    send_reply(front, FRONT_CREATED, &created);
    buffer_free(&created);
}

void send_exited(struct front *front, int code)
{
    struct buffer ended = {0};
    put_u32(&ended, (uint32_t) code);
    send_reply(front, FRONT_EXITED, &ended);
    buffer_free(&ended);
}

static int launch_process(struct front *front, const struct plan *plan, struct failure *failure)
{
    static const int stdio_as_it_is[3] = {-1, -1, -1};
    if (check_preserved(plan, failure) != 0
        || launch(plan, stdio_as_it_is, &front->process, send_warning, front, failure) != 0)
        return -1;
    send_created(front, front->process.pid, front->process.start_time);
    AUTO_CLOSE int console = take_fd(&front->process.console);
    if (console >= 0 && take_terminal(front, &console, failure) != 0)
        return abort_process(front);
    int ready = follow(front, failure);
    if (ready == 0)
        fail(failure, ECHILD, "the process ended before it was ready");
    return ready > 0 ? 0 : abort_process(front);
}

static int request_launch(struct front *front, struct reader *payload, struct failure *failure)
{
    uint32_t bits = read_u32(payload);
    front->console_socket = read_str(payload);
    const char *pidfd_socket = read_str(payload);
    uint32_t length;
    const uint8_t *bytes = read_bytes(payload, &length);
    struct plan plan;
    if (malformed(payload, failure) != 0 || plan_read(&plan, bytes, length, failure) != 0)
        return -1;
    bool terminal = plan_find(&plan, OP_CONSOLE) != NULL;
    int status = 0;
    if (terminal && *front->console_socket == '\0' && !(bits & LAUNCH_KEEP_TERMINAL))
        status = fail(failure, EINVAL, "a terminal without a console socket");
    if (bits & LAUNCH_SUBREAPER && prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        status = fail(failure, errno, "subreaper");
    if (status == 0)
        status = launch_process(front, &plan, failure);
    plan_free(&plan);
    if (status == 0 && *pidfd_socket != '\0'
        && hand_over(pidfd_socket, "pidfd", front->process.pidfd) != 0) {
        fail(failure, errno, pidfd_socket);
        status = abort_process(front);
    }
    if (status == 0)
        send_reply(front, FRONT_READY, NULL);
    return status;
}

static int require_process(struct front *front, struct reader *payload, struct failure *failure)
{
    if (malformed(payload, failure) != 0)
        return -1;
    return front->process.pid > 0 ? 0 : fail(failure, ESRCH, "there is no process");
}

void hold_signals(void)
{
    sigset_t signals = forwarded_signals();
    sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int request_start(struct front *front, struct reader *payload, struct failure *failure)
{
    if (require_process(front, payload, failure) != 0)
        return -1;
    hold_signals();
    if (sync_send(front->process.sync, SYNC_START) != 0) {
        fail(failure, errno, "the process ended before its start");
        return abort_process(front);
    }
    if (follow(front, failure) < 0)
        return abort_process(front);
    close_fd(&front->process.sync);
    send_reply(front, FRONT_STARTED, NULL);
    return 0;
}

static int request_foreground(struct front *front, struct reader *payload, struct failure *failure)
{
    uint32_t bits = read_u32(payload);
    if (require_process(front, payload, failure) != 0)
        return -1;
    int code = foreground(front);
    if (bits & FOREGROUND_LAST)
        exit(code);
    send_exited(front, code);
    return 0;
}

static int request_abort(struct front *front, struct reader *payload, struct failure *failure)
{
    if (malformed(payload, failure) != 0)
        return -1;
    abort_process(front);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}

/* The process that had this id at that time, and no other that got the id since. */
int open_process(pid_t pid, uint64_t start_time, struct failure *failure)
{
    AUTO_CLOSE int pidfd = sys_pidfd_open(pid);
    if (pidfd < 0)
        return failf(failure, errno, "process %d", (int) pid);
    if (start_time != 0 && process_start_time(pid) != start_time)
        return failf(failure, ESRCH, "process %d", (int) pid);
    return take_fd(&pidfd);
}

static int request_signal(struct front *front, struct reader *payload, struct failure *failure)
{
    pid_t pid = (pid_t) read_u32(payload);
    uint64_t start_time = read_u64(payload);
    int signal_number = (int) read_u32(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    AUTO_CLOSE int pidfd = open_process(pid, start_time, failure);
    if (pidfd < 0)
        return -1;
    if (sys_pidfd_send_signal(pidfd, signal_number) != 0)
        return failf(failure, errno, "signal %d to process %d", signal_number, (int) pid);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}

static int request_start_fifo(struct front *front, struct reader *payload, struct failure *failure)
{
    const char *path = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    AUTO_CLOSE int fifo = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fifo < 0 || write(fifo, "0", 1) != 1)
        return fail(failure, errno, path);
    struct pollfd closed = {.fd = fifo};
    while (poll(&closed, 1, -1) < 0)
        continue;
    send_reply(front, FRONT_STARTED, NULL);
    return 0;
}

static int request_make_fifo(struct front *front, struct reader *payload, struct failure *failure)
{
    const char *path = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    if (mkfifo(path, 0600) != 0)
        return fail(failure, errno, path);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}

static request_handler *const handlers[] = {
    [FRONT_LAUNCH] = request_launch,
    [FRONT_START] = request_start,
    [FRONT_FOREGROUND] = request_foreground,
    [FRONT_ABORT] = request_abort,
    [FRONT_SIGNAL] = request_signal,
    [FRONT_START_FIFO] = request_start_fifo,
    [FRONT_MAKE_FIFO] = request_make_fifo,
    [FRONT_SLEEP] = request_sleep,
    [FRONT_READ_FD] = request_read_fd,
    [FRONT_SPAWN] = request_spawn,
    [FRONT_SEND] = request_send,
    [FRONT_RECEIVE] = request_receive,
    [FRONT_TAKE_TERMINAL] = request_take_terminal,
    [FRONT_REAP] = request_reap,
    [FRONT_ADOPT] = request_adopt,
    [FRONT_WRITE_FD] = request_write_fd,
    [FRONT_NOTIFY_LISTEN] = request_notify_listen,
    [FRONT_NOTIFY_AWAIT] = request_notify_await,
    [FRONT_WATCH] = request_watch,
};

static void handle(struct front *front, uint8_t type, struct reader *payload)
{
    struct failure failure = FAILURE_NONE;
    int status;
    if (type < sizeof handlers / sizeof *handlers && handlers[type] != NULL)
        status = handlers[type](front, payload, &failure);
    else
        status = failf(&failure, ENOSYS, "request %u", type);
    if (status != 0)
        send_failure(front, &failure);
}

/* Exactly so many bytes; false at the end of the pipe. */
static bool read_all(int fd, uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t got = read(fd, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        length -= (size_t) got;
    }
    return true;
}

static bool serve_one(struct front *front)
{
    uint8_t header[FRAME_HEADER];
    if (!read_all(front->brain.requests, header, sizeof header))
        return false;
    struct reader reader = {.at = header, .left = sizeof header};
    uint32_t length = read_u32(&reader);
    AUTO_FREE uint8_t *payload = length > FRAME_LIMIT ? NULL : malloc(length + 1);
    if (payload == NULL || !read_all(front->brain.requests, payload, length))
        return false;
    struct reader fields = {.at = payload, .left = length};
    handle(front, header[FRAME_HEADER - 1], &fields);
    return true;
}

bool front_child_ended(struct front *front, pid_t pid, int status, int *code)
{
    if (pid == front->brain.pid) {
        front->brain.ended = true;
        front->brain.status = status;
        return false;
    }
    if (pid != front->process.pid)
        return false;
    *code = exit_code(status);
    front->process.pid = 0;
    return true;
}

/* A brain that fails, or is killed, may have told nobody of the process: it must not stay. */
static int await_brain(struct front *front)
{
    struct brain *brain = &front->brain;
    close_fd(&brain->requests);
    close_fd(&brain->replies);
    while (!brain->ended && waitpid(brain->pid, &brain->status, 0) < 0 && errno == EINTR)
        continue;
    int code = exit_code(brain->status);
    if (code != 0)
        abort_process(front);
    return code;
}

/* bin/jong-runc and native/jong-native both lie one directory below the product's. */
static int find_home(char home[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", home, PATH_MAX - 1);
    if (length < 0)
        return -1;
    home[length] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(home, '/');
        if (slash == NULL)
            return -1;
        *slash = '\0';
    }
    return setenv(HOME_VARIABLE, home, 1);
}

/*
 * The sealed copy does not know where the program lies, so the first run tells the second. In both
 * the descriptors are the caller's alone.
 */
static int protect(char *argv[])
{
    char home[PATH_MAX];
    if (fill_stdio() != 0 || (!is_sealed() && find_home(home) != 0))
        return -1;
    argv[0] = "jong-runc";
    return run_sealed(argv) == 0 ? prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) : -1;
}

int front_main(int argc, char *argv[])
{
    struct front front = {
        .master = -1,
        .partner = {.socket = -1, .carried = -1},
        .notification = {.listening = -1},
        .watched = {-1, -1},
        .process = {.sync = -1, .pidfd = -1},
    };
    if (protect(argv) != 0) {
        fprintf(stderr, "jong-runc: cannot run from a sealed copy: %s\n", strerror(errno));
        return FAILED;
    }
    AUTO_FREE char *home = strdup(getenv(HOME_VARIABLE) != NULL ? getenv(HOME_VARIABLE) : "");
    unsetenv(HOME_VARIABLE);
    if (home == NULL || brain_start(&front.brain, home, argc - 1, argv + 1) != 0)
        return FAILED;
    signal(SIGPIPE, SIG_IGN);
    while (serve_one(&front))
        continue;
    return await_brain(&front);
}
