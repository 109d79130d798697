#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io.h"
#include "logfile.h"
#include "monitor.h"

#define CHUNK 32768
#define CHUNKS_AT_ONCE 16 /* then others have their turn */
#define MAX_LEFT_ROUNDS 4 /* above what a pipe holds; what goes on writing into it is another */
#define PIPE_SIZE (256 << 10) /* fewer changes between writer and us than the usual 64 KiB */

static void output_ready(struct watch *watch, uint32_t events);
static void input_ready(struct watch *watch, uint32_t events);

void streams_init(struct session *session)
{
    session->input = (struct watch){.fd = -1, .owner = session, .ready = input_ready};
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        session->output[stream] = (struct watch){.fd = -1, .owner = session, .ready = output_ready};
}

static void set_nonblocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/*
 * A pipe of which our end does not block; the other end is for a process that expects an ordinary
 * one.
 */
static int open_pipe(int *ours, int *theirs, bool we_write)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    *ours = ends[we_write];
    *theirs = ends[!we_write];
    set_nonblocking(*ours);
    return 0;
}

int streams_open(struct session *session, bool with_stdin, int theirs[3], struct failure *failure)
{
    for (int i = 0; i < 3; i++)
        theirs[i] = -1;
    int status = 0;
    if (with_stdin && !session->terminal)
        status = open_pipe(&session->input.fd, &theirs[0], true);
    else
        theirs[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int stream = STREAM_OUT; stream < STREAM_COUNT && status == 0; stream++) {
        if (session->terminal) {
            theirs[stream] = open("/dev/null", O_RDWR | O_CLOEXEC);
            continue;
        }
        status = open_pipe(&session->output[stream].fd, &theirs[stream], false);
        if (status == 0)
            fcntl(theirs[stream], F_SETPIPE_SZ,
                PIPE_SIZE); /* beyond a user's limit it stays as it is */
    }
    return status == 0 ? 0 : fail(failure, errno, "stdio");
}

void streams_close_theirs(int theirs[3])
{
    for (int i = 0; i < 3; i++)
        close_fd(&theirs[i]);
}

void streams_set_terminal(struct session *session, int master)
{
    set_nonblocking(master);
    watch_close(&session->output[STREAM_OUT]);
    watch_close(&session->input);
    session->output[STREAM_OUT].fd = master;
    /*
     * A second descriptor, as epoll knows each only once: reading and writing are paused apart from
     * each other.
     */
    session->input.fd = fcntl(master, F_DUPFD_CLOEXEC, 0);
    streams_watch(session);
}

void streams_watch(struct session *session)
{
    for (int stream = STREAM_OUT; stream < STREAM_COUNT; stream++)
        watch_set(&session->output[stream], EPOLLIN);
}

static void pause_output(struct session *session)
{
    session->paused = true;
    if (session->logged)
        log_flush(); /* the client may take its time; who reads the log does not wait for it */
    for (int stream = STREAM_OUT; stream < STREAM_COUNT; stream++)
        watch_set(&session->output[stream], WATCH_NOTHING);
}

static bool wants(const struct connection *connection, const struct session *session, int stream)
{
    if (connection->session != session || connection->mode != CONNECTION_ATTACHED
        || connection->closing)
        return false;
    return connection->attach_bits & (stream == STREAM_OUT ? ATTACH_STDOUT : ATTACH_STDERR);
}

static void deliver(struct session *session, int stream, const uint8_t *bytes, size_t length)
{
    bool behind = false;
    if (session->logged)
        log_feed(stream == STREAM_OUT ? LOG_STDOUT : LOG_STDERR, bytes, length);
    for (struct connection *connection = connections; connection != NULL;
         connection = connection->next)
        if (wants(connection, session, stream))
            behind = connection_output(connection, (uint8_t) stream, bytes, length) || behind;
    /* An ended process can leave no more than its pipes hold: that is kept for the slow client. */
    if (behind && !session->exited)
        pause_output(session);
}

static void end_output(struct session *session, int stream)
{
    watch_close(&session->output[stream]);
    if (session->logged)
        log_end(stream == STREAM_OUT ? LOG_STDOUT : LOG_STDERR);
}

/* Reads until there is nothing more for now; true when that point was reached. */
static bool pump(struct session *session, int stream)
{
    static uint8_t chunk[CHUNK];
    for (int i = 0; i < CHUNKS_AT_ONCE && session->output[stream].fd >= 0; i++) {
        if (session->paused && !session->exited)
            return false;
        ssize_t got = read(session->output[stream].fd, chunk, sizeof chunk);
        if (got > 0) {
            deliver(session, stream, chunk, (size_t) got);
        } else if (got < 0 && errno == EAGAIN) {
            if (session->logged)
                log_flush();
            return true;
        } else if (got == 0 || errno != EINTR) {
            end_output(session, stream); /* a terminal ends with EIO */
        }
    }
    return session->output[stream].fd < 0;
}

static void output_ready(struct watch *watch, uint32_t events)
{
    (void) events;
    struct session *session = watch->owner;
    pump(session, (int) (watch - session->output));
    if (session->exited)
        streams_finish(session);
}

static void tell_everyone(struct session *session)
{
    session->told = true;
    session_note_end(session);
    session->state = SESSION_ENDED;
    for (struct connection *connection = connections; connection != NULL;
         connection = connection->next) {
        if (connection->session != session)
            continue;
        if (connection->mode == CONNECTION_ATTACHED) {
            connection->closing = true;
        } else {
            connection->session = NULL;
            session_reply_exited(session, connection);
            connection_resume(connection);
        }
    }
}

/*
 * Everything that the process itself wrote was in the pipes when it ended, so an empty pipe is the
 * end of its output, even if something that it left behind holds the pipe open.
 */
void streams_finish(struct session *session)
{
    if (session->told)
        return;
    for (int stream = STREAM_OUT; stream < STREAM_COUNT; stream++)
        for (int i = 0; i < MAX_LEFT_ROUNDS && !pump(session, stream); i++)
            continue;
    if (session->logged)
        for (int stream = STREAM_OUT; stream < STREAM_COUNT; stream++)
            log_end(stream == STREAM_OUT ? LOG_STDOUT : LOG_STDERR);
    watch_close(&session->input);
    if (session->terminal)
        watch_close(&session->output[STREAM_OUT]);
    close_fd(&session->slave);
    if (session->number == 0 && !session->failed)
        monitor_container_ended(session);
    tell_everyone(session);
}

void streams_resume(struct session *session)
{
    if (!session->paused)
        return;
    for (struct connection *connection = connections; connection != NULL;
         connection = connection->next)
        if (connection->session == session && connection_is_behind(connection))
            return;
    session->paused = false;
    streams_watch(session);
}

static void input_ready(struct watch *watch, uint32_t events)
{
    (void) events;
    session_feed(watch->owner);
}

void session_close_stdin(struct session *session)
{
    /* A terminal has no end of input of its own; its users type one. */
    if (session->terminal)
        return;
    session->stdin_closes = true;
    session_feed(session);
}

/* Writes one client's bytes. False when the process does not take more for now. */
static bool write_input(struct session *session, struct buffer *held)
{
    while (buffer_length(held) > 0) {
        ssize_t written = -1;
        if (session->input.fd >= 0)
            written = write(session->input.fd, held->bytes + held->start, buffer_length(held));
        if (written < 0 && session->input.fd >= 0 && errno == EINTR)
            continue;
        if (written < 0 && session->input.fd >= 0 && errno == EAGAIN)
            return false;
        if (written < 0) {
            /*
             * The process reads no more: what comes is thrown away, as a pipe's reader that left
             * would.
             */
            watch_close(&session->input);
            buffer_free(held);
            return true;
        }
        buffer_consume(held, (size_t) written);
    }
    return true;
}

void session_feed(struct session *session)
{
    for (struct connection *connection = connections; connection != NULL;
         connection = connection->next) {
        if (connection->session != session || connection->mode != CONNECTION_ATTACHED)
            continue;
        if (!(connection->attach_bits & ATTACH_STDIN))
            buffer_free(&connection->in);
        if (!write_input(session, &connection->in)) {
            watch_set(&session->input, EPOLLOUT);
            return;
        }
        if (connection->input_ended && (connection->attach_bits & ATTACH_STDIN)
            && (connection->attach_bits & ATTACH_CLOSE_STDIN))
            session->stdin_closes = !session->terminal;
    }
    watch_set(&session->input, WATCH_NOTHING);
    if (session->stdin_closes)
        watch_close(&session->input);
}
