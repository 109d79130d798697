/*
 * The socket between a creator (monitor, or role create) and the process it makes: SOCK_SEQPACKET,
 * so that each message arrives whole; close-on-exec, so that its end after START means that execve
 * happened. Plain read and write are used where no descriptor travels, because a seccomp filter may
 * already be in force.
 */
#ifndef JONG_SYNC_H
#define JONG_SYNC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

enum sync_type {
    SYNC_GO = 1, /* creator to child: the PARENT stage is done */
    SYNC_CONSOLE, /* child to creator, with the pty's master */
    SYNC_WARNING, /* child to creator: text */
    SYNC_READY, /* child to creator: waiting for the start */
    SYNC_START, /* creator to child */
    SYNC_FAILED, /* child to creator: the failure, then it exits */
    SYNC_ASK, /* child to creator: carry out the operation failure.operation for me */
    SYNC_ANSWER, /* creator to child: done, or why not (failure.error); a descriptor may come along
                  */
    SYNC_MOUNTED, /* child to creator: nothing more will be asked */
    SYNC_LISTENER, /* child to creator, with its filter's listener; waiting for another GO */
};

struct sync_message {
    uint32_t type;
    struct failure failure; /* SYNC_FAILED; SYNC_WARNING: the text in detail */
};

int sync_send(int socket, enum sync_type type);
int sync_send_failure(int socket, enum sync_type type, const struct failure *failure);
int sync_send_fd(int socket, enum sync_type type, int fd);

/* The descriptor along with the bytes, over any unix socket. */
int send_with_fd(int socket, const void *bytes, size_t length, int fd);

/*
 * The next message of any socket and the descriptor that came along (-1: none); its length, 0 at
 * the end of the stream, -1 with errno. EMSGSIZE when it is longer than that.
 */
ssize_t receive_with_fd(int socket, void *bytes, size_t length, int *fd);

/*
 * One message; 1, or 0 at the end of the stream, or -1 with errno (EAGAIN when the socket does not
 * block). *fd takes a descriptor that came along (-1: none); it may be NULL when none is expected.
 */
int sync_receive(int socket, struct sync_message *message, int *fd);

/*
 * Blocks for the message of this type; the end of the stream or any other message is an error
 * (EPIPE).
 */
int sync_await(int socket, enum sync_type type);

#endif
