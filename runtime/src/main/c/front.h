/*
 * The drop-in runtime's front: it is the caller's process, with the caller's stdio, descriptors and
 * terminal, and does what the brain asks of it. It decides nothing. See docs/front-protocol.md.
 */
#ifndef JONG_FRONT_H
#define JONG_FRONT_H

#include <stdbool.h>
#include <sys/types.h>

#include "bytes.h"
#include "launch.h"

enum front_request {
    FRONT_LAUNCH = 1,
    FRONT_START,
    FRONT_FOREGROUND,
    FRONT_ABORT,
    FRONT_SIGNAL,
    FRONT_START_FIFO,
    FRONT_MAKE_FIFO,
    FRONT_SLEEP,
    FRONT_READ_FD,
    FRONT_SPAWN,
    FRONT_SEND,
    FRONT_RECEIVE,
    FRONT_TAKE_TERMINAL,
    FRONT_REAP,
    FRONT_ADOPT,
    FRONT_WRITE_FD,
    FRONT_NOTIFY_LISTEN = 20,
    FRONT_NOTIFY_AWAIT,
    FRONT_WATCH,
};

enum front_reply {
    FRONT_OK = 64,
    FRONT_ERROR,
    FRONT_CREATED,
    FRONT_READY,
    FRONT_STARTED,
    FRONT_EXITED = 70,
    FRONT_WARNING = 72,
    FRONT_BYTES,
    FRONT_WOKEN,
};

enum { LAUNCH_KEEP_TERMINAL = 1, LAUNCH_SUBREAPER = 2 };
enum { FOREGROUND_LAST = 1 };
enum { WRITE_LAST = 1 };

struct brain {
    pid_t pid;
    int requests; /* from it */
    int replies; /* to it */
    bool ended;
    int status; /* as wait gives it, once ended */
};

/* What a container's program says to the caller's service manager. */
struct notification {
    int listening; /* the container's socket; -1: nothing is passed on, or not any more */
    char *manager; /* path of the manager's; an abstract one begins with @ */
};

/* What SLEEP wakes for. */
struct watched {
    int process; /* pidfd; -1: none */
    int memory; /* readable after lack of memory; -1: not told */
};

struct partner {
    pid_t pid; /* 0: none */
    int socket; /* our end */
    int carried; /* the descriptor that came with its last message; -1: none */
};

struct front {
    struct brain brain;
    struct partner partner;
    struct launched process; /* pid 0: none */
    int master; /* its terminal, to be copied; -1: none */
    struct notification notification;
    struct watched watched;
    const char *console_socket; /* of the LAUNCH under way */
};

/* Carries a request out and replies; -1 with the failure when there is only that to reply. */
typedef int request_handler(
    struct front *front, struct reader *payload, struct failure *failure);

int front_main(int argc, char *argv[]);

/* Replies, for handlers. */
void send_reply(struct front *front, enum front_reply type, const struct buffer *payload);
void send_created(struct front *front, pid_t pid, uint64_t start_time);
void send_exited(struct front *front, int code);

/* -1 with the failure unless all of the payload was read, and made sense. */
int malformed(const struct reader *payload, struct failure *failure);

/* The process that had this id at that time (0: any), and no other that got the id since. */
int open_process(pid_t pid, uint64_t start_time, struct failure *failure);

/* The terminal's master goes to the console socket or, without one, becomes ours to copy. */
int take_terminal(struct front *front, int *master, struct failure *failure);

/* Signals are the program's from here on: they wait for FOREGROUND, or for our end. */
void hold_signals(void);

/* front_partner.c: a program that the brain talks with. */
request_handler request_spawn, request_send, request_receive, request_take_terminal, request_reap,
    request_adopt;

/* front_descriptors.c: what the caller gave. */
request_handler request_read_fd, request_write_fd;

/* front_brain.c: starts the JVM on the words of the command line; -1 with the reason on stderr. */
int brain_start(struct brain *brain, const char *home, int argc, char *argv[]);

/*
 * front_foreground.c: passes signals and the terminal's bytes on until the process has ended;
 * returns its exit code, 128 + n after signal n.
 */
int foreground(struct front *front);

/* front_notify.c: what a container's program says to the caller's service manager. */
request_handler request_notify_listen, request_notify_await;

/*
 * Passes on that the program is ready, once, if it has said so by now; 1 when it was passed on, -1
 * with errno when it could not be. A sender that goes right after it (`last`) waits until the
 * manager has read it.
 */
int notify_pass(struct notification *notification, pid_t main_pid, bool last);

/* front_watch.c: waiting for a container's events. */
request_handler request_sleep, request_watch;

/* The terminal behind this master will not put a carriage return before a newline. */
void keep_newlines(int master);

/* Gives the terminal the size of ours, if we have one. */
void copy_terminal_size(int master);

/* Notes the end of a child: the brain's, or the process's (true, with its code). */
bool front_child_ended(struct front *front, pid_t pid, int status, int *code);

/* What a wait status is for a shell. */
int exit_code(int status);

#endif
