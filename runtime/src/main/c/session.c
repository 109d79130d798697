#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "logfile.h"
#include "monitor.h"
#include "streams.h"
#include "syscalls.h"

/* An ended exec session can be asked for until so many later ones have ended, and so long. */
#define MIN_ENDED 64
#define MIN_KEPT_NANOS 10000000000u

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

struct session *sessions;

struct session *session_find(uint32_t number)
{
    for (struct session *session = sessions; session != NULL; session = session->next)
        if (session->number == number)
            return session;
    return NULL;
}

struct session *session_of_pid(pid_t pid)
{
    for (struct session *session = sessions; session != NULL; session = session->next)
        if (session->pid == pid && !session->exited)
            return session;
    return NULL;
}

bool sessions_beside_ended(void)
{
    for (struct session *session = sessions; session != NULL; session = session->next)
        if (session->number != 0 && !session->told)
            return false;
    return true;
}

static bool has_connection(const struct session *session)
{
    for (struct connection *connection = connections; connection != NULL;
         connection = connection->next)
        if (connection->session == session)
            return true;
    return false;
}

static void drop(struct session *session)
{
    struct session **link = &sessions;
    while (*link != session)
        link = &(*link)->next;
    *link = session->next;
    watch_close(&session->sync);
    watch_close(&session->input);
    for (int stream = STREAM_OUT; stream < STREAM_COUNT; stream++)
        watch_close(&session->output[stream]);
    close_fd(&session->pidfd);
    close_fd(&session->slave);
    free(session);
}

static uint64_t ends;

void session_note_end(struct session *session)
{
    session->end_number = ++ends;
    session->kept_until = monotonic_nanos() + MIN_KEPT_NANOS;
}

static bool is_old(const struct session *session)
{
    return ends - session->end_number > MIN_ENDED && monotonic_nanos() >= session->kept_until;
}

static void drop_old_sessions(void)
{
    struct session *next;
    for (struct session *session = sessions; session != NULL; session = next) {
        next = session->next;
        if (session->number == 0 || !session->told || has_connection(session))
            continue;
        if (is_old(session))
            drop(session);
    }
}

static void sync_ready(struct watch *watch, uint32_t events);
static void take_terminal(struct session *session, int master);

static void warn_creator(void *context, const char *text)
{
    reply_text(context, REPLY_WARNING, text);
}

static struct session *new_session(bool terminal)
{
    static uint32_t next_number;
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->number = next_number++;
    session->terminal = terminal;
    session->logged = session->number == 0;
    session->pidfd = session->slave = -1;
    session->sync = (struct watch){.fd = -1, .owner = session, .ready = sync_ready};
    streams_init(session);
    session->next = sessions;
    sessions = session;
    return session;
}

struct session *session_create(const struct plan *plan, uint32_t stdio_bits,
    struct connection *creator, struct failure *failure)
{
    struct session *session = new_session(stdio_bits & STDIO_TERMINAL);
    if (session == NULL) {
        fail(failure, ENOMEM, "session");
        return NULL;
    }
    struct launched launched;
    int theirs[3];
    if (streams_open(session, stdio_bits & STDIO_STDIN, theirs, failure) != 0
        || launch(plan, theirs, &launched, warn_creator, creator, failure) != 0) {
        streams_close_theirs(theirs);
        drop(session);
        return NULL;
    }
    streams_close_theirs(theirs);
    session->pid = launched.pid;
    session->start_time = launched.start_time;
    session->pidfd = launched.pidfd;
    session->sync.fd = launched.sync;
    session->creator = creator;
    fcntl(launched.sync, F_SETFL, O_NONBLOCK);
    watch_set(&session->sync, EPOLLIN);
    if (launched.console >= 0)
        take_terminal(session, launched.console);
    streams_watch(session);
    return session;
}

/* The one who waits for READY or STARTED gets its answer, and goes on. */
static struct connection *take_connection(struct connection **waiting)
{
    struct connection *taken = *waiting;
    *waiting = NULL;
    return taken;
}

static void became_ready(struct session *session)
{
    session->state = SESSION_READY;
    struct connection *creator = take_connection(&session->creator);
    if (session->number == 0) {
        reply_empty(creator, REPLY_READY);
    } else {
        struct buffer payload = {0};
        put_u32(&payload, session->number);
        put_u32(&payload, (uint32_t) session->pid);
        reply(creator, REPLY_SESSION, &payload);
        buffer_free(&payload);
    }
    connection_resume(creator);
}

static void answer_failure(struct session *session, const struct failure *failure)
{
    bool before_ready = session->state == SESSION_CREATING;
    session->starting = false;
    if (before_ready) {
        session->failed = true;
        if (session->number == 0)
            monitor_create_failed();
    }
    struct connection *asking =
        take_connection(before_ready ? &session->creator : &session->starter);
    reply_failure(asking, failure);
    connection_resume(asking);
}

/* The socket closed: execve happened, or the process is gone before it could say why. */
static void sync_ended(struct session *session)
{
    watch_close(&session->sync);
    if (session->starting) {
        session->starting = false;
        session->state = SESSION_RUNNING;
        session->started_nanos = now_nanos();
        struct connection *starter = take_connection(&session->starter);
        struct buffer payload = {0};
        put_u64(&payload, session->started_nanos);
        reply(starter, REPLY_STARTED, &payload);
        buffer_free(&payload);
        connection_resume(starter);
    } else if (session->state == SESSION_CREATING && !session->failed) {
        struct failure failure = FAILURE_NONE;
        fail(&failure, ECHILD, "the process ended before it was ready");
        answer_failure(session, &failure);
    }
}

static void take_terminal(struct session *session, int master)
{
    streams_set_terminal(session, master);
    session->slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void sync_drain(struct session *session)
{
    struct sync_message message;
    while (session->sync.fd >= 0) {
        AUTO_CLOSE int fd = -1;
        int got = sync_receive(session->sync.fd, &message, &fd);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            sync_ended(session);
        else if (message.type == SYNC_CONSOLE && fd >= 0)
            take_terminal(session, take_fd(&fd));
        else if (message.type == SYNC_WARNING)
            reply_text(session->creator, REPLY_WARNING, message.failure.detail);
        else if (message.type == SYNC_READY && session->state == SESSION_CREATING)
            became_ready(session);
        else if (message.type == SYNC_FAILED)
            answer_failure(session, &message.failure);
    }
}

static void sync_ready(struct watch *watch, uint32_t events)
{
    (void) events;
    sync_drain(watch->owner);
}

int session_start(struct session *session, struct connection *starter, struct failure *failure)
{
    if (session->state != SESSION_READY || session->starting)
        return fail(
            failure, session->exited ? ESRCH : EALREADY, "session is not waiting for its start");
    if (sync_send(session->sync.fd, SYNC_START) != 0)
        return fail(failure, ESRCH, "the process has ended");
    session->starting = true;
    session->starter = starter;
    return 0;
}

int session_resize(
    struct session *session, uint32_t rows, uint32_t columns, struct failure *failure)
{
    struct winsize size = {.ws_row = (unsigned short) rows, .ws_col = (unsigned short) columns};
    int terminal = session->output[STREAM_OUT].fd;
    if (!session->terminal || terminal < 0)
        return fail(failure, ENOTTY, "session has no terminal");
    return ioctl(terminal, TIOCSWINSZ, &size) == 0 ? 0 : fail(failure, errno, "terminal size");
}

int session_signal(struct session *session, int signal_number, struct failure *failure)
{
    if (session->exited)
        return fail(failure, ESRCH, "the process has ended");
    if (sys_pidfd_send_signal(session->pidfd, signal_number) != 0)
        return failf(failure, errno, "signal %d", signal_number);
    return 0;
}

void session_reply_exited(const struct session *session, struct connection *connection)
{
    struct buffer payload = {0};
    put_u32(&payload, session->exit_code);
    put_u32(&payload, session->signal);
    put_u64(&payload, session->ended_nanos);
    put_u32(&payload, session->oom_killed ? EXITED_OOM : 0);
    reply(connection, REPLY_EXITED, &payload);
    buffer_free(&payload);
}

void session_exited(struct session *session, int status)
{
    /* What it said last stands in the socket and must be answered before its end is. */
    sync_drain(session);
    session->exited = true;
    session->ended_nanos = now_nanos();
    session->signal = WIFSIGNALED(status) ? (uint32_t) WTERMSIG(status) : 0;
    session->exit_code =
        WIFSIGNALED(status) ? 128 + session->signal : (uint32_t) WEXITSTATUS(status);
    watch_close(&session->sync);
    close_fd(&session->pidfd);
    streams_finish(session);
}

void sessions_settle(void)
{
    for (struct session *session = sessions; session != NULL; session = session->next)
        streams_resume(session);
    drop_old_sessions();
}

void session_forget(const struct connection *connection)
{
    for (struct session *session = sessions; session != NULL; session = session->next) {
        if (session->creator == connection)
            session->creator = NULL;
        if (session->starter == connection)
            session->starter = NULL;
    }
}
