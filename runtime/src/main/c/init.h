/* The first process of a container that asked for one (docker's --init): tini's role. */
#ifndef JONG_INIT_H
#define JONG_INIT_H

#include <signal.h>
#include <sys/types.h>

/* `init -- COMMAND [ARGUMENT...]`, or only from `--` on. Gives the exit status of the command. */
int init_main(int argc, char *argv[]);

/* What is passed on to a process that we stand before; to be blocked before it is made. */
sigset_t forwarded_signals(void);

/*
 * Passes signals on and reaps children until that process has ended; gives its exit status, 128 + n
 * after signal n.
 */
int supervise(pid_t process, const sigset_t *signals);

#endif
