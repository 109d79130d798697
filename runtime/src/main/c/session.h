/* A process that the monitor watches over: the container's first (session 0) or one beside it. */
#ifndef JONG_SESSION_H
#define JONG_SESSION_H

#include "connection.h"
#include "launch.h"
#include "sync.h"
#include "watch.h"

enum session_state { SESSION_CREATING, SESSION_READY, SESSION_RUNNING, SESSION_ENDED };

/* Numbers of the attached stream's frames; also the index of its output. */
enum { STREAM_OUT = 1, STREAM_ERR = 2, STREAM_COUNT = 3 };

struct session {
    struct session *next;
    uint32_t number;
    enum session_state state;
    bool failed; /* it never became ready */
    bool exited; /* its process was reaped */
    bool told; /* its end was told to everyone */
    bool terminal;
    bool logged;
    bool starting; /* START was sent, execve is awaited */
    bool stdin_closes; /* once what is held was written */
    pid_t pid;
    uint64_t start_time;
    int pidfd;
    int slave; /* held open, so that the terminal has no end before its process has */
    struct watch sync;
    struct watch input; /* stdin's pipe, or the terminal */
    struct watch output[STREAM_COUNT]; /* [0] is not used */
    bool paused; /* an attached client is behind */
    uint32_t exit_code;
    uint32_t signal;
    bool oom_killed;
    uint64_t started_nanos;
    uint64_t ended_nanos;
    uint64_t end_number; /* 1 for the first that was told */
    uint64_t kept_until; /* at least; CLOCK_MONOTONIC */
    struct connection *creator; /* waits for READY */
    struct connection *starter; /* waits for STARTED */
};

extern struct session *sessions;

/* Launches the plan's process. NULL on failure. */
struct session *session_create(const struct plan *plan, uint32_t stdio_bits,
    struct connection *creator, struct failure *failure);

struct session *session_find(uint32_t number);
struct session *session_of_pid(pid_t pid);

int session_start(struct session *session, struct connection *starter, struct failure *failure);
int session_resize(
    struct session *session, uint32_t rows, uint32_t columns, struct failure *failure);
int session_signal(struct session *session, int signal, struct failure *failure);
void session_close_stdin(struct session *session);

/* Its end is about to be told: from here on it may be let go of, later. */
void session_note_end(struct session *session);

/* Its process ended with this status of waitpid. */
void session_exited(struct session *session, int status);

/* Writes what attached clients sent to its stdin. */
void session_feed(struct session *session);

/*
 * Between two events: goes on with sessions whose attached clients are not behind any more, and
 * lets go of exec sessions that ended long ago.
 */
void sessions_settle(void);

/* The connection is about to be freed. */
void session_forget(const struct connection *connection);

void session_reply_exited(const struct session *session, struct connection *connection);

/* True when no session other than the container's first is alive. */
bool sessions_beside_ended(void);

#endif
