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

struct front {
    struct brain brain;
    struct launched process; /* pid 0: none */
    int master; /* its terminal, to be copied; -1: none */
    struct notification notification;
    struct watched watched;
    const char *console_socket; /* of the LAUNCH under way */
};

int front_main(int argc, char *argv[]);

/* front_brain.c: starts the JVM on the words of the command line; -1 with the reason on stderr. */
int brain_start(struct brain *brain, const char *home, int argc, char *argv[]);

/*
 * front_foreground.c: passes signals and the terminal's bytes on until the process has ended;
 * returns its exit code, 128 + n after signal n.
 */
int foreground(struct front *front);

/* front_notify.c: the socket that is made at this path, open to all; -1 with errno. */
int notify_listen(const char *path);

/*
 * Passes on that the program is ready, once, if it has said so by now; 1 when it was passed on, -1
 * with errno when it could not be. A sender that goes right after it (`last`) waits until the
 * manager has read it.
 */
int notify_pass(struct notification *notification, pid_t main_pid, bool last);

/* The same as soon as the program says so; 0 when the process has ended without. */
int notify_await(struct notification *notification, pid_t pid, int pidfd);

/*
 * front_watch.c: a descriptor that announces lack of memory in a cgroup, by its memory.oom_control
 * and cgroup.event_control (version 1), or by memory.events alone; -1 with errno.
 */
int watch_memory(const char *file, const char *control);

/*
 * Waits that long, or until something watched happens. True when the process has ended; lack of
 * memory was announced so often.
 */
bool watch_await(const struct watched *watched, uint32_t millis, uint32_t *announcements);

/* The terminal behind this master will not put a carriage return before a newline. */
void keep_newlines(int master);

/* Gives the terminal the size of ours, if we have one. */
void copy_terminal_size(int master);

/* Notes the end of a child: the brain's, or the process's (true, with its code). */
bool front_child_ended(struct front *front, pid_t pid, int status, int *code);

/* What a wait status is for a shell. */
int exit_code(int status);

#endif
