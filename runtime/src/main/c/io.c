#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void close_fd(int *fd)
{
    if (*fd < 0)
        return;
    int saved = errno;
    close(*fd);
    errno = saved;
    *fd = -1;
}

void free_pointer(void *pointer)
{
    void **memory = pointer;
    free(*memory);
    *memory = NULL;
}

int take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

int fill_stdio(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return -1;
    return 0;
}

int write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = write(fd, at, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        at += written;
        length -= (size_t) written;
    }
    return 0;
}

int write_file(const char *path, const char *text)
{
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    /*
     * The kernel takes such a file's value from a single write; a partial one would be another
     * value.
     */
    return write(fd, text, strlen(text)) < 0 ? -1 : 0;
}

char *read_whole(int fd, size_t limit, size_t *length)
{
    size_t used = 0;
    size_t capacity = 4096;
    AUTO_FREE char *bytes = malloc(capacity + 1);
    while (bytes != NULL) {
        ssize_t got = read(fd, bytes + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        if (got == 0)
            break;
        used += (size_t) got;
        if (used > limit) {
            errno = EFBIG;
            return NULL;
        }
        if (used == capacity) {
            char *larger = realloc(bytes, capacity * 2 + 1);
            if (larger == NULL)
                return NULL;
            bytes = larger;
            capacity *= 2;
        }
    }
    if (bytes == NULL)
        return NULL;
    bytes[used] = '\0';
    *length = used;
    char *result = bytes;
    bytes = NULL;
    return result;
}

char *join_with_number(const char **parts, long number)
{
    char digits[24];
    size_t width = (size_t) snprintf(digits, sizeof digits, "%ld", number);
    size_t length = 1;
    for (const char **part = parts; *part != NULL; part++)
        length += strlen(*part) + width;
    char *text = malloc(length);
    char *end = text;
    for (const char **part = parts; text != NULL && *part != NULL; part++)
        end = stpcpy(stpcpy(end, part == parts ? "" : digits), *part);
    if (text != NULL)
        *end = '\0';
    return text;
}

uint64_t now_nanos(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

uint64_t monotonic_nanos(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}
