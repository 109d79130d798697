#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connection.h"
#include "io.h"
#include "logfile.h"
#include "oom.h"
#include "session.h"
#include "syscalls.h"

#define SOCKET_NAME "control.sock"
#define EXIT_DRAFT "exit.tmp"
#define EXIT_SIZE 512
#define BACKLOG 128
#define NANOS_PER_SECOND 1000000000u
#define IDLE_NANOS (60ull * NANOS_PER_SECOND) /* without a container */
#define RETRY_NANOS (1ull * NANOS_PER_SECOND) /* when there was no descriptor for a client */
#define LINGER_NANOS (10ull * NANOS_PER_SECOND) /* for exec sessions after the container's end */

static struct {
    int rundir;
    int exit_file; /* under its first name, until it is whole */
    struct watch listening;
    uint64_t listens_again; /* 0: it listens; CLOCK_MONOTONIC */
    struct watch signals;
    bool created;
    bool ended;
    bool aborted;
    uint64_t deadline; /* 0: none; CLOCK_MONOTONIC */
} monitor = {.rundir = -1, .exit_file = -1};

static int reserve_exit_file(struct failure *failure)
{
    AUTO_CLOSE int fd = openat(
        monitor.rundir, EXIT_DRAFT, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(failure, errno, EXIT_DRAFT);
    /* A filesystem that cannot reserve is taken as it is. */
    int error = posix_fallocate(fd, 0, EXIT_SIZE);
    if (error != 0 && error != EOPNOTSUPP)
        return fail(failure, error, EXIT_DRAFT);
    monitor.exit_file = take_fd(&fd);
    return 0;
}

int monitor_begin_create(struct failure *failure)
{
    if (monitor.created)
        return fail(failure, EALREADY, "the container was created before");
    monitor.created = true;
    monitor.deadline = 0;
    if (reserve_exit_file(failure) == 0)
        return 0;
    monitor_create_failed();
    return -1;
}

void monitor_create_failed(void)
{
    monitor.deadline = monotonic_nanos() + IDLE_NANOS;
}

void monitor_watch_oom(const struct plan *plan)
{
    oom_watch(plan);
}

void monitor_abort(void)
{
    for (struct session *session = sessions; session != NULL; session = session->next) {
        struct failure ignored = FAILURE_NONE;
        session_signal(session, SIGKILL, &ignored);
        session->failed = true; /* an aborted container leaves no exit file */
    }
    monitor.aborted = monitor.ended = true;
    monitor.deadline = monotonic_nanos() + LINGER_NANOS;
}

static void write_exit_file(const struct session *session)
{
    char text[EXIT_SIZE];
    int length = snprintf(text, sizeof text,
        "pid %d\nstarted_ns %" PRIu64 "\nexited_ns %" PRIu64
        "\ncode %u\nsignal %u\noom %d\nlog_lost_bytes %" PRIu64 "\n",
        (int) session->pid, session->started_nanos, session->ended_nanos, session->exit_code,
        session->signal, session->oom_killed, log_lost_bytes());
    if (pwrite(monitor.exit_file, text, (size_t) length, 0) == length
        && ftruncate(monitor.exit_file, length) == 0)
        renameat(monitor.rundir, EXIT_DRAFT, monitor.rundir, "exit");
    close_fd(&monitor.exit_file);
}

void monitor_container_ended(struct session *session)
{
    session->oom_killed = oom_happened();
    write_exit_file(session);
    monitor.ended = true;
    monitor.deadline = monotonic_nanos() + LINGER_NANOS;
}

/* Every child, known or left to us by a process of the container that ended before it. */
static void signals_ready(struct watch *watch, uint32_t events)
{
    (void) events;
    struct signalfd_siginfo ignored;
    while (read(watch->fd, &ignored, sizeof ignored) > 0)
        continue;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct session *session = session_of_pid(pid);
        if (session != NULL)
            session_exited(session, status);
    }
}

/* All who wait, so that many at once are not answered later than what they ask about is kept. */
static void listening_ready(struct watch *watch, uint32_t events)
{
    (void) events;
    for (int i = 0; i < BACKLOG; i++) {
        if (connection_accept(watch->fd) == 0)
            continue;
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            /* Who waits would be reported for ever; it is heard once there is room. */
            watch_set(watch, WATCH_NOTHING);
            monitor.listens_again = monotonic_nanos() + RETRY_NANOS;
        }
        return;
    }
}

static void listen_again(bool room)
{
    if (monitor.listens_again == 0 || (!room && monotonic_nanos() < monitor.listens_again))
        return;
    if (watch_set(&monitor.listening, EPOLLIN) == 0)
        monitor.listens_again = 0;
    else
        monitor.listens_again = monotonic_nanos() + RETRY_NANOS;
}

static int listen_in(const char *rundir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET_NAME};
    /* From within the directory: the path may be longer than an address. */
    if (chdir(rundir) != 0)
        return -1;
    monitor.rundir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (monitor.rundir < 0 || fd < 0)
        return -1;
    mode_t mask = umask(0177);
    int status = bind(fd, (struct sockaddr *) &address, sizeof address);
    umask(mask);
    if (status != 0 || listen(fd, BACKLOG) != 0 || chdir("/") != 0)
        return -1;
    monitor.listening = (struct watch){.fd = take_fd(&fd), .ready = listening_ready};
    return 0;
}

static int go_to_background(void)
{
    AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || setsid() < 0)
        return -1;
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    prctl(PR_SET_NAME, "jong-mon");
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static int watch_signals(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    /* Who wants the container to end ends the container; its monitor outlasts it in any case. */
    for (const int *ignored = (const int[]){SIGHUP, SIGINT, SIGTERM, SIGPIPE, 0}; *ignored != 0;
         ignored++)
        signal(*ignored, SIG_IGN);
    sigprocmask(SIG_BLOCK, &child, NULL);
    monitor.signals = (struct watch){.ready = signals_ready};
    monitor.signals.fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    return monitor.signals.fd < 0 ? -1 : watch_set(&monitor.signals, EPOLLIN);
}

static bool someone_still_reads(void)
{
    for (const struct connection *connection = connections; connection != NULL;
         connection = connection->next)
        if (buffer_length(&connection->out) > 0)
            return true;
    return false;
}

static bool all_processes_ended(void)
{
    for (const struct session *session = sessions; session != NULL; session = session->next)
        if (!session->told)
            return false;
    return true;
}

static bool is_over(void)
{
    bool late = monitor.deadline != 0 && monotonic_nanos() >= monitor.deadline;
    if (!monitor.ended)
        return late;
    /* What a client has not yet read is not thrown away, however slow it is; ABORT means it. */
    return (all_processes_ended() || late) && (monitor.aborted || !someone_still_reads());
}

/* How long epoll may wait for this moment; one that has passed is looked at every second. */
static int millis_until(uint64_t moment)
{
    if (moment == 0)
        return -1;
    uint64_t now = monotonic_nanos();
    return now >= moment ? 1000 : (int) ((moment - now) / 1000000 + 1);
}

static int millis_to_wait(void)
{
    int over = millis_until(monitor.deadline);
    int again = millis_until(monitor.listens_again);
    return over < 0 || (again >= 0 && again < over) ? again : over;
}

static void run(void)
{
    while (!is_over()) {
        bool room = false;
        for (bool freed = true; freed; room = room || freed) {
            sessions_settle();
            freed = connections_sweep();
        }
        listen_again(room);
        if (is_over())
            break;
        watch_wait(millis_to_wait());
    }
    if (monitor.exit_file >= 0) /* there was no end to tell of */
        unlinkat(monitor.rundir, EXIT_DRAFT, 0);
    unlinkat(monitor.rundir, SOCKET_NAME, 0);
}

_Noreturn static void be_monitor(void)
{
    if (go_to_background() != 0 || watch_init() != 0 || watch_signals() != 0
        || watch_set(&monitor.listening, EPOLLIN) != 0)
        _exit(1);
    monitor.deadline = monotonic_nanos() + IDLE_NANOS;
    run();
    _exit(0);
}

int monitor_main(const char *rundir)
{
    /* Nothing that whoever started us forgot to close stays open as long as the container lives. */
    if (sys_close_range(3, ~0U, 0) != 0)
        return 1;
    if (listen_in(rundir) != 0) {
        fprintf(stderr, "cannot listen on %s/%s: %s\n", rundir, SOCKET_NAME, strerror(errno));
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0)
        be_monitor();
    if (pid < 0)
        fprintf(stderr, "cannot fork: %s\n", strerror(errno));
    return pid < 0;
}
