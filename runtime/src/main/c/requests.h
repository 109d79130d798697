/* What clients ask of the monitor. */
#ifndef JONG_REQUESTS_H
#define JONG_REQUESTS_H

struct connection;

/* Deals with the whole requests that a connection has sent, until one makes it wait. */
void requests_run(struct connection *connection);

#endif
