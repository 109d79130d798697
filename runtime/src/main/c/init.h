/* The first process of a container that asked for one (docker's --init): tini's role. */
#ifndef JONG_INIT_H
#define JONG_INIT_H

/* `init -- COMMAND [ARGUMENT...]`, or only from `--` on. Gives the exit status of the command. */
int init_main(int argc, char *argv[]);

#endif
