/*
 * The partner: a program that the brain talks with over a socket of messages, which no JVM can open
 * (criu). The front starts it, carries the messages, and keeps the descriptors that come along.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frames.h"
#include "front.h"
#include "init.h"
#include "io.h"
#include "procfs.h"
#include "sync.h"
#include "syscalls.h"

#define PARTNER_SOCKET 3
#define LARGEST_MESSAGE (1u << 20)

struct partner_request {
    uint32_t bits;
    const char **command;
    const char **paths;
    const char *private_mount;
    const char *source;
    const char *target; /* empty: no mount namespace of its own */
};

/* In a copy of the host's mounts, where the mount that `target` lies on passes nothing on. */
static int bind_unseen(const struct partner_request *request, struct failure *failure)
{
    if (*request->target == '\0')
        return 0;
    if (unshare(CLONE_NEWNS) != 0)
        return fail(failure, errno, "mount namespace");
    if (mount(NULL, request->private_mount, NULL, MS_PRIVATE, NULL) != 0)
        return fail(failure, errno, request->private_mount);
    if (mount(request->source, request->target, NULL, MS_BIND | MS_REC, NULL) != 0)
        return fail(failure, errno, request->target);
    return 0;
}

/* Moves the descriptor to where nothing else will be placed; it vanishes with execve. */
static int lift(int fd, int first_free, struct failure *failure)
{
    int lifted = fcntl(fd, F_DUPFD_CLOEXEC, first_free);
    return lifted < 0 ? fail(failure, errno, "descriptor") : lifted;
}

static int place(int fd, int wanted, struct failure *failure)
{
    return dup2(fd, wanted) < 0 ? fail(failure, errno, "descriptor") : 0;
}

/* The paths' descriptors from 4 on; all above vanish with execve. */
static int open_paths(const struct partner_request *request, struct failure *failure)
{
    int next = PARTNER_SOCKET + 1;
    for (const char **path = request->paths; *path != NULL; path++, next++) {
        AUTO_CLOSE int fd = open(*path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return fail(failure, errno, *path);
        if (place(fd, next, failure) != 0)
            return -1;
        if (fd == next) /* where it was, it would vanish with execve, or by our closing it */
            fcntl(take_fd(&fd), F_SETFD, 0);
    }
    return 0;
}

/*
 * The sockets are made here and not by the front: criu looks the descriptors that its caller names
 * up in the process that made them, and ours are those of its own view of the mounts.
 */
static int prepare_partner(
    const struct partner_request *request, int sync, int first_free, struct failure *failure)
{
    int sockets[2];
    if (bind_unseen(request, failure) != 0)
        return -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        return fail(failure, errno, "socket");
    if (sync_send_fd(sync, SYNC_READY, sockets[0]) != 0)
        return fail(failure, errno, "socket");
    close(sockets[0]);
    int socket = lift(sockets[1], first_free, failure);
    if (socket < 0 || sys_close_range(PARTNER_SOCKET, (unsigned int) first_free - 1, 0) != 0
        || place(socket, PARTNER_SOCKET, failure) != 0 || open_paths(request, failure) != 0)
        return -1;
    return sys_close_range((unsigned int) first_free, ~0U, CLOSE_RANGE_CLOEXEC);
}

_Noreturn static void become_partner(const struct partner_request *request, int sync)
{
    struct failure failure = FAILURE_NONE;
    int first_free = PARTNER_SOCKET + 1;
    for (const char **path = request->paths; *path != NULL; path++)
        first_free++;
    int told = lift(sync, first_free, &failure);
    signal(SIGPIPE, SIG_DFL);
    if (told >= 0 && prepare_partner(request, told, first_free, &failure) == 0) {
        execv(request->command[0], (char *const *) request->command);
        fail(&failure, errno, request->command[0]);
    }
    sync_send_failure(told, SYNC_FAILED, &failure);
    _exit(127);
}

/* Takes the socket; until the program runs, which the end of the messages tells. */
static int await_start(struct partner *partner, int sync, struct failure *failure)
{
    struct sync_message message;
    int got;
    while ((got = sync_receive(sync, &message, partner->socket < 0 ? &partner->socket : NULL)) > 0)
        if (message.type == SYNC_FAILED) {
            *failure = message.failure;
            return -1;
        }
    return got == 0 && partner->socket >= 0 ? 0 : fail(failure, ECHILD, "partner");
}

static int start_partner(
    struct front *front, const struct partner_request *request, struct failure *failure)
{
    int ends[2];
    if (request->bits & LAUNCH_SUBREAPER && prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return fail(failure, errno, "subreaper");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(failure, errno, "socket");
    AUTO_CLOSE int ours = ends[0];
    AUTO_CLOSE int theirs = ends[1];
    pid_t pid = fork();
    if (pid == 0)
        become_partner(request, theirs);
    if (pid < 0)
        return fail(failure, errno, "fork");
    close_fd(&theirs);
    if (await_start(&front->partner, ours, failure) != 0) {
        close_fd(&front->partner.socket);
        waitpid(pid, NULL, 0);
        return -1;
    }
    front->partner.pid = pid;
    return 0;
}

int request_spawn(struct front *front, struct reader *payload, struct failure *failure)
{
    struct partner_request request = {.bits = read_u32(payload)};
    AUTO_FREE const char **command = request.command = read_strs(payload);
    AUTO_FREE const char **paths = request.paths = read_strs(payload);
    request.private_mount = read_str(payload);
    request.source = read_str(payload);
    request.target = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    if (command == NULL || paths == NULL || command[0] == NULL)
        return fail(failure, EINVAL, "command");
    if (front->partner.pid > 0)
        return fail(failure, EBUSY, command[0]);
    if (start_partner(front, &request, failure) != 0)
        return -1;
    send_created(front, front->partner.pid, process_start_time(front->partner.pid));
    return 0;
}

int request_send(struct front *front, struct reader *payload, struct failure *failure)
{
    uint32_t length;
    const uint8_t *bytes = read_bytes(payload, &length);
    if (malformed(payload, failure) != 0)
        return -1;
    if (send(front->partner.socket, bytes, length, MSG_NOSIGNAL) != (ssize_t) length)
        return fail(failure, errno, "message to the partner");
    send_reply(front, FRONT_OK, NULL);
    return 0;
}

int request_receive(struct front *front, struct reader *payload, struct failure *failure)
{
    if (malformed(payload, failure) != 0)
        return -1;
    AUTO_FREE char *message = malloc(LARGEST_MESSAGE);
    if (message == NULL)
        return fail(failure, ENOMEM, "message of the partner");
    close_fd(&front->partner.carried);
    ssize_t got = receive_with_fd(
        front->partner.socket, message, LARGEST_MESSAGE, &front->partner.carried);
    if (got < 0)
        return fail(failure, errno, "message of the partner");
    struct buffer bytes = {0};
    put_raw(&bytes, message, (size_t) got);
    send_reply(front, FRONT_BYTES, &bytes);
    buffer_free(&bytes);
    return 0;
}

int request_take_terminal(struct front *front, struct reader *payload, struct failure *failure)
{
    front->console_socket = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    if (front->partner.carried < 0)
        return fail(failure, EBADF, "no terminal came along");
    int status = take_terminal(front, &front->partner.carried, failure);
    close_fd(&front->partner.carried);
    if (status == 0)
        send_reply(front, FRONT_OK, NULL);
    return status;
}

/* Our end first: a partner that still waits for a message must not wait for ever. */
int request_reap(struct front *front, struct reader *payload, struct failure *failure)
{
    struct partner *partner = &front->partner;
    if (malformed(payload, failure) != 0)
        return -1;
    close_fd(&partner->socket);
    close_fd(&partner->carried);
    int status = 0;
    while (partner->pid > 0 && waitpid(partner->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    partner->pid = 0;
    send_exited(front, exit_code(status));
    return 0;
}

/* A process that the partner made as its sibling: our child, as one that we launched. */
int request_adopt(struct front *front, struct reader *payload, struct failure *failure)
{
    pid_t pid = (pid_t) read_u32(payload);
    siginfo_t ended;
    if (malformed(payload, failure) != 0)
        return -1;
    if (front->process.pid > 0)
        return failf(failure, EBUSY, "process %d", (int) pid);
    if (waitid(P_PID, (id_t) pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0)
        return failf(failure, errno, "process %d", (int) pid);
    int pidfd = sys_pidfd_open(pid);
    if (pidfd < 0)
        return failf(failure, errno, "process %d", (int) pid);
    front->process = (struct launched){
        .pid = pid,
        .pidfd = pidfd,
        .sync = -1,
        .console = -1,
        .start_time = process_start_time(pid),
    };
    hold_signals();
    send_created(front, pid, front->process.start_time);
    return 0;
}
