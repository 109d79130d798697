#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "io.h"
#include "requests.h"
#include "session.h"

#define READ_SIZE 16384
#define MAX_STDIN_HELD 65536
#define MAX_BEHIND (1u << 20) /* beyond it the process is made to wait */
#define STREAM_HEADER 8

struct connection *connections;

static void connection_ready(struct watch *watch, uint32_t events);

int connection_accept(int listening)
{
    AUTO_CLOSE int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (fd < 0)
        return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid())
        return 0;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return -1;
    connection->watch =
        (struct watch){.fd = take_fd(&fd), .owner = connection, .ready = connection_ready};
    connection->next = connections;
    connections = connection;
    return 0;
}

static void release(struct connection *connection)
{
    struct connection **link = &connections;
    while (*link != connection)
        link = &(*link)->next;
    *link = connection->next;
    session_forget(connection);
    watch_close(&connection->watch);
    buffer_free(&connection->in);
    buffer_free(&connection->out);
    free(connection);
}

static void flush(struct connection *connection)
{
    struct buffer *out = &connection->out;
    while (buffer_length(out) > 0 && !connection->gone) {
        ssize_t sent =
            send(connection->watch.fd, out->bytes + out->start, buffer_length(out), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            connection->gone = errno != EAGAIN;
            break;
        }
        buffer_consume(out, (size_t) sent);
    }
    /* Out of memory is the same as a client that left: what is missing cannot be sent any more. */
    if (connection->gone || out->failed) {
        connection->gone = true;
        buffer_free(out);
    }
}

void reply(struct connection *connection, enum reply_type type, const struct buffer *payload)
{
    if (connection == NULL)
        return;
    size_t length = payload != NULL ? buffer_length(payload) : 0;
    uint8_t code = (uint8_t) type;
    put_u32(&connection->out, (uint32_t) length);
    put_raw(&connection->out, &code, sizeof code);
    if (length > 0)
        put_raw(&connection->out, payload->bytes + payload->start, length);
    flush(connection);
}

void reply_empty(struct connection *connection, enum reply_type type)
{
    reply(connection, type, NULL);
}

void reply_failure(struct connection *connection, const struct failure *failure)
{
    struct buffer payload = {0};
    put_u32(&payload, failure->operation);
    put_u32(&payload, failure->code);
    put_u32(&payload, failure->error);
    put_str(&payload, failure->detail);
    reply(connection, REPLY_ERROR, &payload);
    buffer_free(&payload);
}

void reply_text(struct connection *connection, enum reply_type type, const char *text)
{
    struct buffer payload = {0};
    put_str(&payload, text);
    reply(connection, type, &payload);
    buffer_free(&payload);
}

bool connection_is_behind(const struct connection *connection)
{
    return !connection->gone && buffer_length(&connection->out) >= MAX_BEHIND;
}

bool connection_output(
    struct connection *connection, uint8_t stream, const uint8_t *bytes, size_t length)
{
    uint8_t header[STREAM_HEADER] = {stream, 0, 0, 0, (uint8_t) (length >> 24),
        (uint8_t) (length >> 16), (uint8_t) (length >> 8), (uint8_t) length};
    size_t sent = 0;
    if (connection->gone)
        return false;
    if (buffer_length(&connection->out) == 0) {
        struct iovec parts[] = {{header, sizeof header}, {(void *) (uintptr_t) bytes, length}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t status = sendmsg(connection->watch.fd, &message, MSG_NOSIGNAL);
        if (status < 0 && errno != EAGAIN && errno != EINTR) {
            connection->gone = true;
            return false;
        }
        sent = status > 0 ? (size_t) status : 0;
    }
    if (sent < sizeof header) {
        put_raw(&connection->out, header + sent, sizeof header - sent);
        sent = sizeof header;
    }
    put_raw(&connection->out, bytes + (sent - sizeof header), length - (sent - sizeof header));
    if (connection->out.failed)
        flush(connection);
    return connection_is_behind(connection);
}

static uint32_t wanted_events(const struct connection *connection)
{
    uint32_t events = buffer_length(&connection->out) > 0 ? EPOLLOUT : 0;
    bool reads = !connection->input_ended && !connection->closing;
    size_t held = buffer_length(&connection->in);
    if (connection->mode == CONNECTION_REQUESTS && held >= FRAME_LIMIT + FRAME_HEADER)
        reads = false;
    if (connection->mode == CONNECTION_ATTACHED && held >= MAX_STDIN_HELD)
        reads = false;
    if (connection->mode == CONNECTION_WAITING)
        reads = false;
    return events | (reads ? EPOLLIN : 0);
}

static bool is_done(const struct connection *connection)
{
    if (connection->closing && (connection->gone || buffer_length(&connection->out) == 0))
        return true;
    /* A client that left may have sent stdin that is still to be delivered. */
    if (connection->mode == CONNECTION_ATTACHED)
        return connection->gone && (connection->input_ended && buffer_length(&connection->in) == 0);
    if (connection->mode == CONNECTION_WAITING)
        return connection->gone;
    return connection->gone || (connection->input_ended && buffer_length(&connection->out) == 0);
}

/* False when there is nothing more, for now or for ever. */
static bool read_input(struct connection *connection)
{
    uint8_t bytes[READ_SIZE];
    ssize_t got = read(connection->watch.fd, bytes, sizeof bytes);
    if (got > 0)
        put_raw(&connection->in, bytes, (size_t) got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        connection->input_ended = true;
    return got > 0;
}

/*
 * The client closed: what it had sent is still read, then there is nobody to answer. One that only
 * reads no more (SHUT_RD) keeps its socket open, and the end of its input may never come.
 */
static void hang_up(struct connection *connection)
{
    while (!connection->input_ended && buffer_length(&connection->in) < FRAME_LIMIT
        && !connection->in.failed && read_input(connection))
        continue;
    connection->input_ended = true;
    connection->gone = true;
    buffer_free(&connection->out);
}

/* An ATTACH may have brought the first bytes of stdin with it. */
static void run_input(struct connection *connection)
{
    if (connection->mode == CONNECTION_REQUESTS)
        requests_run(connection);
    if (connection->mode == CONNECTION_ATTACHED)
        session_feed(connection->session);
}

void connection_resume(struct connection *connection)
{
    if (connection == NULL)
        return;
    connection->mode = CONNECTION_REQUESTS;
    run_input(connection);
}

static void connection_ready(struct watch *watch, uint32_t events)
{
    struct connection *connection = watch->owner;
    if (events & (EPOLLHUP | EPOLLERR))
        hang_up(connection);
    else if (events & EPOLLIN)
        read_input(connection);
    if (events & EPOLLOUT)
        flush(connection);
    run_input(connection);
}

bool connections_sweep(void)
{
    bool freed = false;
    struct connection *next;
    for (struct connection *connection = connections; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->gone && !connection->input_ended)
            hang_up(connection);
        if (is_done(connection)) {
            release(connection);
            freed = true;
            continue;
        }
        /*
         * After the client has left, only its stdin keeps us; its hang-up would be reported for
         * ever.
         */
        watch_set(&connection->watch, connection->gone ? WATCH_NOTHING : wanted_events(connection));
    }
    return freed;
}
