#include "watch.h"

#include <stddef.h>

#include "io.h"

static int epoll_fd = -1;

int watch_init(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return epoll_fd < 0 ? -1 : 0;
}

int watch_set(struct watch *watch, uint32_t events)
{
    if (watch->fd < 0 || (events == WATCH_NOTHING && !watch->added))
        return 0;
    if (events == WATCH_NOTHING) {
        watch->added = false;
        return epoll_ctl(epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    }
    if (watch->added && watch->events == events)
        return 0;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(epoll_fd, watch->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch->fd, &event) != 0)
        return -1;
    watch->added = true;
    watch->events = events;
    return 0;
}

void watch_close(struct watch *watch)
{
    watch_set(watch, WATCH_NOTHING);
    close_fd(&watch->fd);
}

void watch_wait(int timeout_millis)
{
    struct epoll_event event;
    if (epoll_wait(epoll_fd, &event, 1, timeout_millis) != 1)
        return;
    struct watch *watch = event.data.ptr;
    watch->ready(watch, event.events);
}
