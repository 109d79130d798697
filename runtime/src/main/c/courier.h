/* The thread by which the listener of this process's system call filter reaches the creator. */
#ifndef JONG_COURIER_H
#define JONG_COURIER_H

/* Starts it, before the filter is there; what it sends goes to `sync`. 0 or -1 with errno. */
int courier_start(int sync);

/*
 * Has it send the listener and close it: one write(2), which every filter with a listener lets
 * pass. 0 or -1 with errno.
 */
int courier_send(int listener);

#endif
