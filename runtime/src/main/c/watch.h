/* The monitor's event loop: one epoll, one thread. */
#ifndef JONG_WATCH_H
#define JONG_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct watch {
    int fd; /* owned; -1: none */
    uint32_t events; /* what is asked for */
    bool added; /* is in the epoll */
    void *owner;
    void (*ready)(struct watch *watch, uint32_t events);
};

int watch_init(void);

/*
 * Asks for events (hang-ups and errors always come along). WATCH_NOTHING takes it out altogether: a
 * hang-up that nobody deals with would come again and again.
 */
#define WATCH_NOTHING UINT32_MAX
int watch_set(struct watch *watch, uint32_t events);

/* Takes it out and closes the descriptor. */
void watch_close(struct watch *watch);

/*
 * Waits for one event and has it dealt with; -1: as long as it takes. One at a time, as dealing may
 * free others.
 */
void watch_wait(int timeout_millis);

#endif
