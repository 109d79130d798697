#include "sync.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io.h"

#define SHORT_MESSAGE offsetof(struct sync_message, failure)

static int send_bytes(int socket, const struct sync_message *message, size_t length)
{
    ssize_t written;
    do
        written = write(socket, message, length);
    while (written < 0 && errno == EINTR);
    return written < 0 ? -1 : 0;
}

int sync_send(int socket, enum sync_type type)
{
    struct sync_message message = {.type = type};
    return send_bytes(socket, &message, SHORT_MESSAGE);
}

int sync_send_failure(int socket, enum sync_type type, const struct failure *failure)
{
    struct sync_message message = {.type = type, .failure = *failure};
    return send_bytes(socket, &message, sizeof message);
}

int send_with_fd(int socket, const void *bytes, size_t length, int fd)
{
    struct iovec part = {.iov_base = (void *) (uintptr_t) bytes, .iov_len = length};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr envelope = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.space,
        .msg_controllen = sizeof control.space,
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&envelope);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    return sendmsg(socket, &envelope, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int sync_send_fd(int socket, enum sync_type type, int fd)
{
    struct sync_message message = {.type = type};
    return send_with_fd(socket, &message, SHORT_MESSAGE, fd);
}

static int received_fd(struct msghdr *envelope)
{
    int fd = -1;
    struct cmsghdr *rights = CMSG_FIRSTHDR(envelope);
    if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS
        && rights->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(rights), sizeof fd);
    return fd;
}

ssize_t receive_with_fd(int socket, void *bytes, size_t length, int *fd)
{
    struct iovec part = {.iov_base = bytes, .iov_len = length};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr envelope = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.space,
        .msg_controllen = sizeof control.space,
    };
    ssize_t got;
    /*
     * ECONNRESET, told once, means only that the other end closed without having read all of
     * ours. What it said before is still there to be read, and after that the end.
     */
    do
        got = recvmsg(socket, &envelope, MSG_CMSG_CLOEXEC);
    while (got < 0 && (errno == EINTR || errno == ECONNRESET));
    *fd = got < 0 ? -1 : received_fd(&envelope);
    if (got < 0 || !(envelope.msg_flags & MSG_TRUNC))
        return got;
    close_fd(fd);
    errno = EMSGSIZE;
    return -1;
}

int sync_receive(int socket, struct sync_message *message, int *fd)
{
    AUTO_CLOSE int came = -1;
    ssize_t got = receive_with_fd(socket, message, sizeof *message, &came);
    if (got <= 0)
        return (int) got;
    if ((size_t) got < SHORT_MESSAGE) {
        errno = EPROTO;
        return -1;
    }
    /*
     * The child is not yet trusted with a NUL at the end: it may run beside hostile processes of a
     * joined namespace.
     */
    if ((size_t) got == sizeof *message)
        message->failure.detail[DETAIL_SIZE - 1] = '\0';
    else
        message->failure = FAILURE_NONE;
    if (fd != NULL)
        *fd = take_fd(&came);
    return 1;
}

int sync_await(int socket, enum sync_type type)
{
    struct sync_message message;
    ssize_t got;
    do
        got = read(socket, &message, sizeof message);
    while (got < 0 && errno == EINTR);
    if (got < (ssize_t) SHORT_MESSAGE || message.type != (uint32_t) type) {
        errno = EPIPE;
        return -1;
    }
    return 0;
}
