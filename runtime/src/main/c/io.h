/* Descriptors and small files: what every other part needs, with cleanup by scope. */
#ifndef JONG_IO_H
#define JONG_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Closes *fd if it is one, keeping errno, and sets it to -1. */
void close_fd(int *fd);
void free_pointer(void *pointer);

/* A local that is closed or freed when it leaves its scope, on every path. */
#define AUTO_CLOSE __attribute__((cleanup(close_fd)))
#define AUTO_FREE __attribute__((cleanup(free_pointer)))

/* Hands the descriptor over to the caller of the enclosing function. */
int take_fd(int *fd);

/*
 * Opens /dev/null in place of closed stdio: our own descriptors would get those numbers, and what
 * is written to stderr would go there.
 */
int fill_stdio(void);

/* Writes everything to a blocking descriptor. */
int write_all(int fd, const void *bytes, size_t length);

/* Opens, writes in one write(2) and closes: for /proc and cgroup files. */
int write_file(const char *path, const char *text);

/*
 * Reads a whole file of at most `limit` bytes (EFBIG above) into fresh memory with a NUL after it.
 */
char *read_whole(int fd, size_t limit, size_t *length);

/* The parts with the number in decimal between each two of them, in fresh memory. */
char *join_with_number(const char **parts, long number);

/* Present time, nanoseconds since the epoch. */
uint64_t now_nanos(void);

/* A clock that nobody sets, nanoseconds. */
uint64_t monotonic_nanos(void);

#endif
