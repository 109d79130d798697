#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals that mean a fault of ours: forwarding them would hide it. */
static const int kept_signals[] = {
    SIGFPE,
    SIGILL,
    SIGSEGV,
    SIGBUS,
    SIGABRT,
    SIGTRAP,
    SIGSYS,
    SIGTTIN,
    SIGTTOU,
};

sigset_t forwarded_signals(void)
{
    sigset_t set;
    sigfillset(&set);
    for (size_t i = 0; i < sizeof kept_signals / sizeof *kept_signals; i++)
        sigdelset(&set, kept_signals[i]);
    return set;
}

/*
 * The command leads a process group of its own, in the foreground of the terminal if there is one.
 */
_Noreturn static void become_command(char *command[], const sigset_t *mask)
{
    setpgid(0, 0);
    if (tcsetpgrp(STDIN_FILENO, getpgrp()) != 0 && errno != ENOTTY && errno != ENXIO
        && errno != EBADF)
        fprintf(stderr, "init: terminal: %s\n", strerror(errno));
    signal(SIGTTIN, SIG_DFL);
    signal(SIGTTOU, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    int error = errno;
    fprintf(stderr, "init: %s: %s\n", command[0], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

/* Takes every child that has ended; true when the command is among them. */
static bool reap(pid_t command, int *code)
{
    bool ended = false;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != command)
            continue;
        *code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        ended = true;
    }
    return ended;
}

int supervise(pid_t process, const sigset_t *signals)
{
    int code = 0;
    while (1) {
        siginfo_t info;
        int number = sigwaitinfo(signals, &info);
        if (number == SIGCHLD && reap(process, &code))
            return code;
        if (number > 0 && number != SIGCHLD)
            kill(process, number);
    }
}

int init_main(int argc, char *argv[])
{
    int first = 0;
    while (first < argc && strcmp(argv[first], "--") != 0)
        first++;
    if (first + 1 >= argc) {
        fputs("usage: docker-init -- COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    sigset_t signals = forwarded_signals();
    sigset_t before;
    sigprocmask(SIG_BLOCK, &signals, &before);
    /* We are never in the foreground, and a write to the terminal must not stop us. */
    signal(SIGTTIN, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    pid_t command = fork();
    if (command == 0)
        become_command(argv + first + 1, &before);
    if (command < 0) {
        fprintf(stderr, "init: fork: %s\n", strerror(errno));
        return 1;
    }
    return supervise(command, &signals);
}
