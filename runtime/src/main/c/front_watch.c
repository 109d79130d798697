/*
 * Waiting for a container's events: its end, and lack of memory. The kernel tells the latter by an
 * eventfd (cgroup v1) or by inotify (v2), neither of which a JVM can have.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "front.h"
#include "io.h"

/* Documentation/admin-guide/cgroup-v1/memory.rst, section 10. */
static int announced_by_eventfd(const char *file, const char *control)
{
    char text[32];
    AUTO_CLOSE int watched = open(file, O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watched < 0 || event < 0)
        return -1;
    snprintf(text, sizeof text, "%d %d", event, watched);
    return write_file(control, text) != 0 ? -1 : take_fd(&event);
}

static int announced_by_inotify(const char *file)
{
    AUTO_CLOSE int changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return changes < 0 || inotify_add_watch(changes, file, IN_MODIFY) < 0 ? -1 : take_fd(&changes);
}

static int watch_memory(const char *file, const char *control)
{
    return *control != '\0' ? announced_by_eventfd(file, control) : announced_by_inotify(file);
}

/* An eventfd gives a number of 8 bytes, which no event of inotify is as short as. */
static uint32_t take_announcements(int memory)
{
    union {
        uint64_t count;
        char events[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    } got;
    ssize_t length = memory < 0 ? 0 : read(memory, &got, sizeof got);
    if (length <= 0)
        return 0;
    return length > (ssize_t) sizeof got.count  ? 1
        : got.count > UINT32_MAX ? UINT32_MAX
                                 : (uint32_t) got.count;
}

/* True when the process has ended. */
static bool await(const struct watched *watched, uint32_t millis, uint32_t *announcements)
{
    struct pollfd wanted[] = {
        {.fd = watched->process, .events = POLLIN}, {.fd = watched->memory, .events = POLLIN}};
    poll(wanted, 2, millis > INT_MAX ? INT_MAX : (int) millis);
    *announcements = take_announcements(watched->memory);
    return wanted[0].revents != 0;
}

int request_sleep(struct front *front, struct reader *payload, struct failure *failure)
{
    uint32_t millis = read_u32(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    uint32_t announcements;
    struct buffer woken = {0};
    bool ended = await(&front->watched, millis, &announcements);
    put_u32(&woken, announcements);
    put_u32(&woken, ended);
    send_reply(front, FRONT_WOKEN, &woken);
    buffer_free(&woken);
    return 0;
}

int request_watch(struct front *front, struct reader *payload, struct failure *failure)
{
    struct watched *watched = &front->watched;
    pid_t pid = (pid_t) read_u32(payload);
    uint64_t start_time = read_u64(payload);
    const char *file = read_str(payload);
    const char *control = read_str(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    close_fd(&watched->process);
    close_fd(&watched->memory);
    watched->process = open_process(pid, start_time, failure);
    if (watched->process < 0)
        return -1;
    if (*file != '\0' && (watched->memory = watch_memory(file, control)) < 0)
        return fail(failure, errno, file);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}
