/* Descriptors given to a socket that the caller, or the configuration, names. */
#ifndef JONG_HANDOVER_H
#define JONG_HANDOVER_H

/* A connection to the socket at `path`; who does not accept is waited for 10 seconds at most. */
int connect_receiver(const char *path);

/* One connection, one message over it, and the descriptor along with that; -1 with errno. */
int hand_over(const char *path, const char *message, int given);

/* The same for the master of a process's terminal; the message is runc's: its name. */
int hand_over_terminal(const char *path, int master);

#endif
