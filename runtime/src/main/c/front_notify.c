/*
 * sd_notify(3) for containers: a socket in the container takes what its program says, and that it
 * is ready goes on to the service manager of the caller, with the process that it should watch.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "front.h"
#include "init.h"
#include "io.h"
#include "sync.h"

#define LONGEST_STATE 4096
#define BARRIER_MILLIS 30000 /* as long as runc waits for a manager that knows no barriers */

static int set_address(struct sockaddr_un *address, const char *path, socklen_t *length)
{
    size_t size = strlen(path);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (size == 0 || size >= sizeof address->sun_path) {
        errno = size == 0 ? EINVAL : ENAMETOOLONG;
        return -1;
    }
    memcpy(address->sun_path, path, size);
    *length = sizeof *address;
    if (*path == '@') { /* an abstract name: it has exactly so many bytes */
        address->sun_path[0] = '\0';
        *length = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + size);
    }
    return 0;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address;
    socklen_t length;
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || set_address(&address, path, &length) != 0
        || bind(fd, (struct sockaddr *) &address, length) != 0
        /* Whoever can reach it may speak: its directory is only in the container. */
        || chmod(path, 0777) != 0)
        return -1;
    return take_fd(&fd);
}

/* The line `READY=…` of the next message that has one; false when no more messages are there. */
static bool next_ready(int listening, char line[LONGEST_STATE + 1])
{
    char state[LONGEST_STATE + 1];
    ssize_t got;
    while ((got = recv(listening, state, LONGEST_STATE, 0)) >= 0) {
        state[got] = '\0';
        char *rest = state;
        for (char *at; (at = strsep(&rest, "\n")) != NULL;) {
            if (strncmp(at, "READY=", strlen("READY=")) == 0) {
                strcpy(line, at);
                return true;
            }
        }
    }
    return false;
}

/* Returns when the manager has read all that came before, or does not know how to say so. */
static int await_barrier(int manager)
{
    int ends[2];
    static const char barrier[] = "BARRIER=1";
    if (pipe(ends) != 0)
        return -1;
    AUTO_CLOSE int ours = ends[0];
    int sent = send_with_fd(manager, barrier, strlen(barrier), ends[1]);
    close(ends[1]);
    struct pollfd closed = {.fd = ours};
    return sent != 0 || poll(&closed, 1, BARRIER_MILLIS) < 0 ? -1 : 0;
}

static int tell_manager(const char *path, const char *ready, pid_t main_pid, bool with_barrier)
{
    struct sockaddr_un address;
    socklen_t length;
    char text[LONGEST_STATE + 2];
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || set_address(&address, path, &length) != 0
        || connect(fd, (struct sockaddr *) &address, length) != 0)
        return -1;
    size_t size = (size_t) snprintf(text, sizeof text, "%s\n", ready);
    if (send(fd, text, size, MSG_NOSIGNAL) < 0)
        return -1;
    size = (size_t) snprintf(text, sizeof text, "MAINPID=%d\n", (int) main_pid);
    if (send(fd, text, size, MSG_NOSIGNAL) < 0)
        return -1;
    return with_barrier ? await_barrier(fd) : 0;
}

int notify_pass(struct notification *notification, pid_t main_pid, bool last)
{
    char ready[LONGEST_STATE + 1];
    if (!next_ready(notification->listening, ready))
        return 0;
    close_fd(&notification->listening);
    return tell_manager(notification->manager, ready, main_pid, last) == 0 ? 1 : -1;
}

/* The same as soon as the program says so; 0 when the process has ended without. */
static int await(struct notification *notification, pid_t pid, int pidfd)
{
    while (1) {
        struct pollfd wanted[] = {
            {.fd = notification->listening, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
        if (poll(wanted, 2, -1) < 0 && errno != EINTR)
            return -1;
        /* What it said before it ended still counts. */
        int passed = notify_pass(notification, pid, true);
        if (passed != 0)
            return passed;
        if (wanted[1].revents != 0)
            return 0;
    }
}

int request_notify_listen(
    struct front *front, struct reader *payload, struct failure *failure)
{
    const char *path = read_str(payload);
    const char *manager = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    free_pointer(&front->notification.manager);
    front->notification.manager = strdup(manager);
    close_fd(&front->notification.listening);
    front->notification.listening = listen_at(path);
    if (front->notification.manager == NULL || front->notification.listening < 0)
        return fail(failure, errno, path);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}

int request_notify_await(
    struct front *front, struct reader *payload, struct failure *failure)
{
    pid_t pid = (pid_t) read_u32(payload);
    uint64_t start_time = read_u64(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    AUTO_CLOSE int pidfd = open_process(pid, start_time, failure);
    /* The program does not hear them any more: they end us, as before its start. */
    sigset_t signals = forwarded_signals();
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    /* One that has ended already may have said it before. */
    int passed = pidfd < 0 ? notify_pass(&front->notification, pid, true)
                           : await(&front->notification, pid, pidfd);
    if (passed < 0)
        return fail(failure, errno, front->notification.manager);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}
