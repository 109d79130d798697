/* What flows between a session's process, the log and attached clients. */
#ifndef JONG_STREAMS_H
#define JONG_STREAMS_H

#include "session.h"

void streams_init(struct session *session);

/*
 * Makes pipes; the process's ends go to theirs[0..2]. With a terminal its output comes from the
 * console instead.
 */
int streams_open(struct session *session, bool with_stdin, int theirs[3], struct failure *failure);
void streams_close_theirs(int theirs[3]);

/* The master of the process's terminal has come. */
void streams_set_terminal(struct session *session, int master);

void streams_watch(struct session *session);

/* The process has ended: reads what it left, and when that is done, tells everyone. */
void streams_finish(struct session *session);

/* Goes on reading output that was held back, if no attached client is behind any more. */
void streams_resume(struct session *session);

#endif
