/* A plan that was read and found sound. */
#ifndef JONG_PLAN_H
#define JONG_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "error.h"
#include "plan_ops.h"

enum stage { STAGE_BEFORE, STAGE_PARENT, STAGE_CHILD };

struct operation {
    uint16_t code;
    uint16_t stage;
    uint32_t length;
    const uint8_t *payload;
};

struct plan {
    const uint8_t *bytes; /* the operations point into it; it must outlive the plan */
    struct operation *operations;
    uint32_t count;
};

/*
 * Checks the bytes from end to end: every length, count, code, stage and field, nothing left over,
 * one EXEC and it the last. What passes can be carried out without looking at a length again.
 * EINVAL with the reason otherwise.
 */
int plan_read(struct plan *plan, const uint8_t *bytes, size_t length, struct failure *failure);

void plan_free(struct plan *plan);

/* The fields of an operation, from the first. */
struct reader operation_fields(const struct operation *operation);

/* The first operation with the code, or NULL. */
const struct operation *plan_find(const struct plan *plan, enum operation_code code);

/* Does what an operation of a stage says; `context` is the caller's. */
typedef int (*operation_runner)(
    void *context, const struct operation *operation, struct failure *failure);

/* Runs a stage's operations in order until one fails, and puts the failing one into the failure. */
int plan_run(const struct plan *plan, enum stage stage, operation_runner run, void *context,
    struct failure *failure);

#endif
