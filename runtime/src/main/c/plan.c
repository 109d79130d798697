#include "plan.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "JONGPLAN"
#define MAGIC_LENGTH 8
#define VERSION 1
#define OPERATION_HEADER 8 /* u16 code, u16 stage, u32 length */
#define MAX_OPERATIONS 65536

struct shape {
    const char *stages;
    const char *fields;
};

#define OPERATION_SHAPE(code, name, stages, fields) [code] = {stages, fields},
static const struct shape shapes[] = {PLAN_OPERATIONS(OPERATION_SHAPE)};
#undef OPERATION_SHAPE

static const char stage_letters[] = {'B', 'P', 'C'};

static bool stage_allowed(const struct operation *operation)
{
    return operation->stage < sizeof stage_letters
        && strchr(shapes[operation->code].stages, stage_letters[operation->stage]) != NULL;
}

static bool fields_sound(const struct operation *operation)
{
    struct reader fields = operation_fields(operation);
    for (const char *type = shapes[operation->code].fields; *type != '\0'; type++)
        skip_value(&fields, *type);
    return !fields.bad && fields.left == 0;
}

static bool read_operation(struct reader *reader, struct operation *operation)
{
    uint32_t code_and_stage = read_u32(reader);
    operation->code = (uint16_t) (code_and_stage & 0xffff);
    operation->stage = (uint16_t) (code_and_stage >> 16);
    operation->payload = read_bytes(reader, &operation->length);
    if (reader->bad || operation->code >= sizeof shapes / sizeof *shapes)
        return false;
    return shapes[operation->code].stages != NULL && stage_allowed(operation)
        && fields_sound(operation);
}

static int refuse(struct plan *plan, struct failure *failure, uint32_t index, const char *reason)
{
    failure->operation = index;
    failure->code = index < plan->count ? plan->operations[index].code : 0;
    plan_free(plan);
    return fail(failure, EINVAL, reason);
}

/* EXEC ends the plan, has a word to execute, and there is no other. */
static bool exec_sound(const struct plan *plan)
{
    const struct operation *last = &plan->operations[plan->count - 1];
    if (plan_find(plan, OP_EXEC) != last)
        return false;
    struct reader fields = operation_fields(last);
    return read_u32(&fields) > 0;
}

int plan_read(struct plan *plan, const uint8_t *bytes, size_t length, struct failure *failure)
{
    *plan = (struct plan){.bytes = bytes};
    struct reader reader = {.at = bytes, .left = length};
    if (length < MAGIC_LENGTH || memcmp(bytes, MAGIC, MAGIC_LENGTH) != 0)
        return refuse(plan, failure, NO_OPERATION, "plan: not a plan");
    reader.at += MAGIC_LENGTH;
    reader.left -= MAGIC_LENGTH;
    if (read_u32(&reader) != VERSION)
        return refuse(plan, failure, NO_OPERATION, "plan: version is not 1");
    if (read_u32(&reader) != length)
        return refuse(
            plan, failure, NO_OPERATION, "plan: total length differs from what was received");
    uint32_t count = read_u32(&reader);
    if (reader.bad || count == 0 || count > MAX_OPERATIONS
        || count > reader.left / OPERATION_HEADER)
        return refuse(plan, failure, NO_OPERATION, "plan: number of operations");
    plan->operations = calloc(count, sizeof *plan->operations);
    if (plan->operations == NULL)
        return fail(failure, ENOMEM, "plan");
    plan->count = count;
    for (uint32_t i = 0; i < count; i++)
        if (!read_operation(&reader, &plan->operations[i]))
            return refuse(plan, failure, i, "plan: malformed operation");
    if (reader.left != 0)
        return refuse(plan, failure, NO_OPERATION, "plan: bytes left over");
    if (!exec_sound(plan))
        return refuse(plan, failure, count - 1, "plan: must end in its only EXEC");
    return 0;
}

void plan_free(struct plan *plan)
{
    free(plan->operations);
    *plan = (struct plan){0};
}

struct reader operation_fields(const struct operation *operation)
{
    return (struct reader){.at = operation->payload, .left = operation->length};
}

const struct operation *plan_find(const struct plan *plan, enum operation_code code)
{
    for (uint32_t i = 0; i < plan->count; i++)
        if (plan->operations[i].code == code)
            return &plan->operations[i];
    return NULL;
}

int plan_run(const struct plan *plan, enum stage stage, operation_runner run, void *context,
    struct failure *failure)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct operation *operation = &plan->operations[i];
        if (operation->stage != stage || run(context, operation, failure) == 0)
            continue;
        /* An operation that looks ahead names the one that it found wrong. */
        if (failure->operation == NO_OPERATION) {
            failure->operation = i;
            failure->code = operation->code;
        }
        return -1;
    }
    return 0;
}
