/* The caller's descriptors: the front has them, and the brain does not. */
#include <errno.h>
#include <unistd.h>

#include "frames.h"
#include "front.h"
#include "io.h"

/* The pipes to the brain are not the caller's. */
static bool is_brains(const struct front *front, int fd)
{
    return fd == front->brain.requests || fd == front->brain.replies;
}

/* To its end. */
int request_read_fd(struct front *front, struct reader *payload, struct failure *failure)
{
    int fd = (int) read_u32(payload);
    if (malformed(payload, failure) != 0)
        return -1;
    if (is_brains(front, fd))
        return failf(failure, EBADF, "descriptor %d", fd);
    struct buffer content = {0};
    uint8_t part[4096];
    ssize_t got;
    do {
        got = read(fd, part, sizeof part);
        if (got > 0)
            put_raw(&content, part, (size_t) got);
    } while ((got > 0 && buffer_length(&content) < FRAME_LIMIT) || (got < 0 && errno == EINTR));
    int reason = got < 0 ? errno : content.failed ? ENOMEM : got > 0 ? EFBIG : 0;
    if (reason == 0)
        send_reply(front, FRONT_BYTES, &content);
    buffer_free(&content);
    return reason == 0 ? 0 : failf(failure, reason, "descriptor %d", fd);
}

/* With `last` it is closed, so that its reader sees the end. */
int request_write_fd(struct front *front, struct reader *payload, struct failure *failure)
{
    int fd = (int) read_u32(payload);
    bool last = read_u32(payload) & WRITE_LAST;
    uint32_t length;
    const uint8_t *bytes = read_bytes(payload, &length);
    if (malformed(payload, failure) != 0)
        return -1;
    /* A write of nothing tells whether there is a descriptor, and that it may be written. */
    if (is_brains(front, fd) || write(fd, bytes, 0) < 0 || write_all(fd, bytes, length) != 0)
        return failf(failure, is_brains(front, fd) ? EBADF : errno, "descriptor %d", fd);
    if (last)
        close(fd);
    send_reply(front, FRONT_OK, NULL);
    return 0;
}
