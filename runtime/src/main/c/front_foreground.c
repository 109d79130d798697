/* A process in the foreground: signals, and its terminal copied from and to ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "front.h"
#include "init.h"
#include "io.h"

/* What a pipe takes without blocking once poll has said that it takes anything. */
#define PART 4096

/* Bytes on their way in one direction. */
struct flow {
    int from;
    int to;
    size_t start;
    size_t end;
    bool closed; /* nothing more comes, or nobody takes it */
    char bytes[PART];
};

struct terminal {
    int ours; /* the caller's terminal, or -1: then nothing is raw */
    struct termios before;
};

int exit_code(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The keyboard's bytes are the container's, ^C too. */
static void make_raw(struct terminal *terminal)
{
    terminal->ours = -1;
    if (tcgetattr(STDIN_FILENO, &terminal->before) != 0)
        return;
    struct termios raw = terminal->before;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0)
        terminal->ours = STDIN_FILENO;
}

static void restore(const struct terminal *terminal)
{
    if (terminal->ours >= 0)
        tcsetattr(terminal->ours, TCSANOW, &terminal->before);
}

void copy_terminal_size(int master)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        ioctl(master, TIOCSWINSZ, &size);
}

/* Lines end in our terminal's way or, where stdout is a file, in a newline alone; as with runc. */
void keep_newlines(int master)
{
    struct termios settings;
    if (tcgetattr(master, &settings) != 0)
        return;
    settings.c_oflag &= ~(tcflag_t) ONLCR;
    tcsetattr(master, TCSANOW, &settings);
}

static bool is_empty(const struct flow *flow)
{
    return flow->start == flow->end;
}

/* What the flow waits for. */
static struct pollfd interest(const struct flow *flow)
{
    if (flow->closed)
        return (struct pollfd){.fd = -1};
    return is_empty(flow) ? (struct pollfd){.fd = flow->from, .events = POLLIN}
                          : (struct pollfd){.fd = flow->to, .events = POLLOUT};
}

static void move(struct flow *flow)
{
    ssize_t count;
    if (is_empty(flow)) {
        count = read(flow->from, flow->bytes, sizeof flow->bytes);
        flow->start = 0;
        flow->end = count > 0 ? (size_t) count : 0;
    } else {
        count = write(flow->to, flow->bytes + flow->start, flow->end - flow->start);
        flow->start += count > 0 ? (size_t) count : 0;
    }
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
        flow->closed = true;
}

/* The process has ended: what it wrote is still in the terminal. */
static void drain(struct flow *output)
{
    fcntl(output->from, F_SETFL, O_NONBLOCK);
    while (!output->closed) {
        bool reading = is_empty(output);
        move(output);
        if (reading && is_empty(output))
            return;
    }
}

/* True when the process has ended. Other children are the brain and what a subreaper inherits. */
static bool reap(struct front *front, int *code)
{
    bool ended = false;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        ended |= front_child_ended(front, pid, status, code);
    return ended;
}

static bool on_signal(struct front *front, int signals, int *code)
{
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) != (ssize_t) sizeof info)
        return false;
    if (info.ssi_signo == SIGCHLD)
        return reap(front, code);
    if (info.ssi_signo == SIGWINCH && front->master >= 0)
        copy_terminal_size(front->master);
    else
        kill(front->process.pid, (int) info.ssi_signo);
    return false;
}

static int copy_until_end(struct front *front, int signals)
{
    struct flow input = {.from = STDIN_FILENO, .to = front->master, .closed = front->master < 0};
    struct flow output = {.from = front->master, .to = STDOUT_FILENO, .closed = front->master < 0};
    int code = 0;
    /* It may have ended before its signal was blocked. */
    if (reap(front, &code)) {
        drain(&output);
        return code;
    }
    while (1) {
        struct pollfd wanted[] = {{.fd = signals, .events = POLLIN}, interest(&input),
            interest(&output), {.fd = front->notification.listening, .events = POLLIN}};
        if (poll(wanted, 4, -1) < 0)
            continue;
        /* We are who the manager started, so that it should watch us; there is no brain to tell. */
        if (wanted[3].revents != 0)
            notify_pass(&front->notification, getpid(), false);
        if (wanted[2].revents != 0)
            move(&output);
        if (wanted[1].revents != 0)
            move(&input);
        if (wanted[0].revents != 0 && on_signal(front, signals, &code)) {
            drain(&output);
            return code;
        }
    }
}

int foreground(struct front *front)
{
    struct terminal terminal = {.ours = -1};
    sigset_t set = forwarded_signals(); /* blocked since the start */
    AUTO_CLOSE int signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (front->master >= 0) {
        make_raw(&terminal);
        copy_terminal_size(front->master); /* it may have changed since the start */
    }
    int code = copy_until_end(front, signals);
    restore(&terminal);
    close_fd(&front->master);
    return code;
}
