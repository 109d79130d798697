/*
 * A process under a filter cannot be sure of sendmsg any more, and its creator may take a
 * descriptor out of it (pidfd_getfd) only with root's rights, as it is closed to its own user. So a
 * second thread, which is not under the filter, sends the listener. A thread and not a process:
 * nobody has to wait for it, and at the latest execve makes an end of it.
 */
#include "courier.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "io.h"
#include "sync.h"

struct courier {
    int orders; /* read end: the number of the listener */
    int order; /* write end */
    int sync;
};

static struct courier courier; /* static: nobody knows which of the two threads ends first */

/* The creator waits for the one message or the other. */
static void deliver(int listener)
{
    struct failure failure = FAILURE_NONE;
    if (sync_send_fd(courier.sync, SYNC_LISTENER, listener) == 0)
        return;
    fail(&failure, errno, "seccomp listener");
    sync_send_failure(courier.sync, SYNC_FAILED, &failure);
}

static void *run(void *nothing)
{
    int listener = -1;
    ssize_t got;
    do
        got = read(courier.orders, &listener, sizeof listener);
    while (got < 0 && errno == EINTR);
    close_fd(&courier.orders);
    close_fd(&courier.order);
    if (got == (ssize_t) sizeof listener)
        deliver(listener);
    close_fd(&listener);
    return nothing;
}

int courier_start(int sync)
{
    int ends[2];
    pthread_t thread;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    courier = (struct courier){.orders = ends[0], .order = ends[1], .sync = sync};
    int error = pthread_create(&thread, NULL, run, NULL);
    if (error == 0)
        error = pthread_detach(thread);
    errno = error;
    return error == 0 ? 0 : -1;
}

int courier_send(int listener)
{
    ssize_t written;
    do
        written = write(courier.order, &listener, sizeof listener);
    while (written < 0 && errno == EINTR);
    return written == (ssize_t) sizeof listener ? 0 : -1;
}
