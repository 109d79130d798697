#include "requests.h"

#include <errno.h>
#include <stdlib.h>

#include "connection.h"
#include "io.h"
#include "logfile.h"
#include "monitor.h"
#include "session.h"

/* Carries a request out and replies; -1 with the failure when there is only that to reply. */
typedef int request_handler(
    struct connection *connection, struct reader *payload, struct failure *failure);

static struct session *named_session(struct reader *payload, struct failure *failure)
{
    uint32_t number = read_u32(payload);
    struct session *session = payload->bad ? NULL : session_find(number);
    if (session == NULL)
        failf(failure, payload->bad ? EPROTO : ESRCH, "session %u", number);
    return session;
}

static int malformed(const struct reader *payload, struct failure *failure)
{
    return payload->bad || payload->left > 0 ? fail(failure, EPROTO, "malformed request") : 0;
}

/*
 * The plan's bytes are the rest of the payload's last field; the process has its own copy of them
 * once it exists.
 */
static struct session *launch_plan(struct connection *connection, uint32_t stdio_bits,
    struct reader *payload, struct failure *failure)
{
    uint32_t length;
    const uint8_t *bytes = read_bytes(payload, &length);
    struct plan plan;
    if (malformed(payload, failure) != 0 || plan_read(&plan, bytes, length, failure) != 0)
        return NULL;
    if (session_find(0) == NULL)
        monitor_watch_oom(&plan);
    struct session *session = session_create(&plan, stdio_bits, connection, failure);
    plan_free(&plan);
    return session;
}

static int request_create(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    uint32_t stdio_bits = read_u32(payload);
    struct log_options log = {.path = read_str(payload)};
    log.max_bytes = read_u64(payload);
    log.max_files = read_u32(payload);
    log.attrs = read_str(payload);
    if (payload->bad)
        return fail(failure, EPROTO, "malformed request");
    if (monitor_begin_create(failure) != 0)
        return -1;
    if (log_open(&log, failure) != 0) {
        monitor_create_failed();
        return -1;
    }
    struct session *session = launch_plan(connection, stdio_bits, payload, failure);
    if (session == NULL) {
        monitor_create_failed();
        return -1;
    }
    struct buffer created = {0};
    put_u32(&created, (uint32_t) session->pid);
    put_u64(&created, session->start_time);
    reply(connection, REPLY_CREATED, &created);
    buffer_free(&created);
    connection->mode = CONNECTION_WAITING;
    return 0;
}

static int request_start(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    if (session == NULL || session_start(session, connection, failure) != 0)
        return -1;
    connection->mode = CONNECTION_WAITING;
    return 0;
}

static int request_exec(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    uint32_t stdio_bits = read_u32(payload);
    struct session *first = session_find(0);
    if (first == NULL || first->exited)
        return fail(failure, ESRCH, "the container is not running");
    if (launch_plan(connection, stdio_bits, payload, failure) == NULL)
        return -1;
    connection->mode = CONNECTION_WAITING;
    return 0;
}

static int request_attach(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    uint32_t bits = read_u32(payload);
    if (session == NULL || malformed(payload, failure) != 0)
        return -1;
    connection->session = session;
    connection->attach_bits = bits;
    reply_empty(connection, REPLY_OK);
    connection->mode = CONNECTION_ATTACHED;
    connection->closing = session->told;
    return 0;
}

static int request_resize(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    uint32_t rows = read_u32(payload);
    uint32_t columns = read_u32(payload);
    if (session == NULL || session_resize(session, rows, columns, failure) != 0)
        return -1;
    reply_empty(connection, REPLY_OK);
    return 0;
}

static int request_close_stdin(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    if (session == NULL)
        return -1;
    session_close_stdin(session);
    reply_empty(connection, REPLY_OK);
    return 0;
}

static int request_signal(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    uint32_t signal_number = read_u32(payload);
    if (session == NULL || session_signal(session, (int) signal_number, failure) != 0)
        return -1;
    reply_empty(connection, REPLY_OK);
    return 0;
}

static int request_wait(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    struct session *session = named_session(payload, failure);
    if (session == NULL)
        return -1;
    if (session->told) {
        session_reply_exited(session, connection);
        return 0;
    }
    connection->session = session;
    connection->mode = CONNECTION_WAITING;
    return 0;
}

static int request_state(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    (void) payload;
    (void) failure;
    uint32_t count = 0;
    for (const struct session *session = sessions; session != NULL; session = session->next)
        count++;
    struct buffer state = {0};
    put_u32(&state, count);
    for (const struct session *session = sessions; session != NULL; session = session->next) {
        put_u32(&state, session->number);
        put_u32(&state, (uint32_t) session->pid);
        put_u32(&state, session->state);
        put_u32(&state, session->exit_code);
        put_u64(&state, session->started_nanos);
        put_u64(&state, session->ended_nanos);
    }
    reply(connection, REPLY_STATE, &state);
    buffer_free(&state);
    return 0;
}

static int request_reopen_log(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    const char *path = read_str(payload);
    if (malformed(payload, failure) != 0 || log_reopen(path, failure) != 0)
        return -1;
    reply_empty(connection, REPLY_OK);
    return 0;
}

static int request_abort(
    struct connection *connection, struct reader *payload, struct failure *failure)
{
    (void) payload;
    (void) failure;
    monitor_abort();
    reply_empty(connection, REPLY_OK);
    return 0;
}

static request_handler *const handlers[] = {
    [REQUEST_CREATE] = request_create,
    [REQUEST_START] = request_start,
    [REQUEST_EXEC] = request_exec,
    [REQUEST_ATTACH] = request_attach,
    [REQUEST_RESIZE] = request_resize,
    [REQUEST_CLOSE_STDIN] = request_close_stdin,
    [REQUEST_SIGNAL] = request_signal,
    [REQUEST_WAIT] = request_wait,
    [REQUEST_STATE] = request_state,
    [REQUEST_REOPEN_LOG] = request_reopen_log,
    [REQUEST_ABORT] = request_abort,
};

static void handle(struct connection *connection, uint8_t type, struct reader *payload)
{
    struct failure failure = FAILURE_NONE;
    int status;
    if (type < sizeof handlers / sizeof *handlers && handlers[type] != NULL)
        status = handlers[type](connection, payload, &failure);
    else
        status = failf(&failure, ENOSYS, "request %u", type);
    if (status != 0)
        reply_failure(connection, &failure);
}

void requests_run(struct connection *connection)
{
    while (connection->mode == CONNECTION_REQUESTS && !connection->closing) {
        struct buffer *in = &connection->in;
        struct reader reader = {.at = in->bytes + in->start, .left = buffer_length(in)};
        if (reader.left < FRAME_HEADER)
            return;
        uint32_t length = read_u32(&reader);
        uint8_t type = *reader.at++;
        reader.left--;
        if (length > FRAME_LIMIT || in->failed) {
            /* What follows cannot be told apart from this frame: there is no going on. */
            connection->closing = true;
            return;
        }
        if (reader.left < length)
            return;
        reader.left = length;
        handle(connection, type, &reader);
        buffer_consume(in, FRAME_HEADER + length);
    }
}
