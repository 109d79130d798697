/* One client of the monitor: requests and replies, then perhaps an attached stream. */
#ifndef JONG_CONNECTION_H
#define JONG_CONNECTION_H

#include "bytes.h"
#include "error.h"
#include "frames.h"
#include "watch.h"

struct session;

enum connection_mode {
    CONNECTION_REQUESTS, /* between requests */
    CONNECTION_WAITING, /* for a reply that comes later; what it sends meanwhile stays unread */
    CONNECTION_ATTACHED, /* its bytes are stdin, ours are output */
};

struct connection {
    struct connection *next;
    struct watch watch;
    enum connection_mode mode;
    struct session *session; /* attached to it, or waiting for its end */
    uint32_t attach_bits;
    struct buffer in;
    struct buffer out;
    bool input_ended;
    bool gone; /* nobody will read what we send */
    bool closing; /* ends once `out` is empty */
};

/* All there are. */
extern struct connection *connections;

/* Takes the next client, or turns it away; -1 with errno when there is none or no room for it. */
int connection_accept(int listening);

/* Replies. The connection may be NULL: whoever asked is gone. */
void reply(struct connection *connection, enum reply_type type, const struct buffer *payload);
void reply_empty(struct connection *connection, enum reply_type type);
void reply_failure(struct connection *connection, const struct failure *failure);
void reply_text(struct connection *connection, enum reply_type type, const char *text);

/* The reply that it waited for was sent: what it sent meanwhile is read now. */
void connection_resume(struct connection *connection);

/*
 * Puts a frame of output on its way; true when the client must be waited for before there is more.
 */
bool connection_output(
    struct connection *connection, uint8_t stream, const uint8_t *bytes, size_t length);

/* True while it holds back the output of its session. */
bool connection_is_behind(const struct connection *connection);

/*
 * Between two events: asks epoll for what each connection now needs and frees those that are done,
 * which nothing else does. True when one was freed.
 */
bool connections_sweep(void);

#endif
