/*
 * How errors travel in this program.
 *
 * A function that can fail returns -1 (or NULL) and leaves errno; one that knows what the user
 * should be told takes a struct failure and fills it, once, where the failure is noticed:
 * fail(failure, error, detail). Whoever runs the operations of a plan adds which of them it was.
 * Nothing is printed on the way up: the failure goes to the caller as a frame (monitor) or as one
 * line (roles create and exec), and Java makes the sentence of it.
 */
#ifndef JONG_ERROR_H
#define JONG_ERROR_H

#include <stdint.h>

#define NO_OPERATION UINT32_MAX
#define DETAIL_SIZE 1024

struct failure {
    uint32_t operation; /* index in the plan, or NO_OPERATION */
    uint32_t code; /* its operation code, 0 without one */
    uint32_t error; /* an errno value */
    char detail[DETAIL_SIZE]; /* the path or word that was being worked on */
};

#define FAILURE_NONE ((struct failure) {.operation = NO_OPERATION})

/* Fills the failure; returns -1, so that a caller can `return fail(...)`. */
int fail(struct failure *failure, int error, const char *detail);

/* The same with a formatted detail. */
int failf(struct failure *failure, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
