/*
 * The plan reader under mutated plans: `fuzz_plan ROUNDS [SEED]`, built with AddressSanitizer and
 * UBSan. A sound plan with every operation is taken, some of its bytes are flipped, cut or
 * repeated, and whatever passes the check has all its fields read. The seed is printed: a finding
 * can be had again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../main/c/plan.h"

static uint64_t state;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t) (state >> 32);
}

static void put_field(struct buffer *plan, char type)
{
    switch (type) {
    case 'u':
        put_u32(plan, next_random());
        break;
    case 'U':
        put_u64(plan, next_random());
        break;
    case 's':
        put_str(plan, "/some/path");
        break;
    case 'b':
        put_u32(plan, 16);
        put_raw(plan, "0123456789abcdef", 16);
        break;
    default:
        put_u32(plan, 2);
        for (int i = 0; i < 2; i++)
            put_field(plan, type == 'S' ? 's' : 'u');
    }
}

static void put_operation(
    struct buffer *plan, uint32_t code, const char *stages, const char *fields)
{
    struct buffer payload = {0};
    for (const char *type = fields; *type != '\0'; type++)
        put_field(&payload, *type);
    uint32_t stage = *stages == 'B' ? STAGE_BEFORE : *stages == 'P' ? STAGE_PARENT : STAGE_CHILD;
    put_u32(plan, code | stage << 16);
    put_u32(plan, (uint32_t) buffer_length(&payload));
    put_raw(plan, payload.bytes, buffer_length(&payload));
    buffer_free(&payload);
}

static uint32_t count;

static void put_other(struct buffer *plan, uint32_t code, const char *stages, const char *fields)
{
    if (code == OP_EXEC)
        return;
    put_operation(plan, code, stages, fields);
    count++;
}

static struct buffer sound_plan(void)
{
    struct buffer operations = {0};
    count = 1;
#define PUT(code, name, stages, fields) put_other(&operations, code, stages, fields);
    PLAN_OPERATIONS(PUT)
    put_operation(&operations, OP_EXEC, "C", "SSs");
    struct buffer plan = {0};
    put_raw(&plan, "JONGPLAN", 8);
    put_u32(&plan, 1);
    put_u32(&plan, (uint32_t) (20 + buffer_length(&operations)));
    put_u32(&plan, count);
    put_raw(&plan, operations.bytes, buffer_length(&operations));
    buffer_free(&operations);
    return plan;
}

static const char *const field_types[] = {
#define TYPES(code, name, stages, fields) [code] = fields,
    PLAN_OPERATIONS(TYPES)};

/* Reads as the executors do: lists into memory, strings to their NUL. */
static size_t use_field(struct reader *reader, char type)
{
    uint32_t length;
    size_t sum = 0;
    if (type == 's')
        return strlen(read_str(reader));
    if (type == 'b') {
        const uint8_t *bytes = read_bytes(reader, &length);
        for (uint32_t i = 0; i < length; i++)
            sum += bytes[i];
    } else if (type == 'S') {
        const char **list = read_strs(reader);
        for (const char **at = list; at != NULL && *at != NULL; at++)
            sum += strlen(*at);
        free(list);
    } else if (type == 'V') {
        free(read_u32s(reader, &length));
    } else {
        sum = type == 'u' ? read_u32(reader) : read_u64(reader);
    }
    return sum;
}

static void use_plan(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        struct reader fields = operation_fields(&plan->operations[i]);
        for (const char *type = field_types[plan->operations[i].code]; *type != '\0'; type++)
            use_field(&fields, *type);
        if (fields.bad || fields.left != 0) {
            puts("a plan passed the check with fields that cannot be read");
            abort();
        }
    }
}

static size_t mutate(uint8_t *bytes, size_t length)
{
    for (uint32_t changes = next_random() % 4; changes > 0; changes--) {
        size_t at = next_random() % length;
        switch (next_random() % 4) {
        case 0:
            bytes[at] ^= (uint8_t) (1u << next_random() % 8);
            break;
        case 1:
            bytes[at] = (uint8_t) next_random();
            break;
        case 2:
            memset(bytes + at, 0xff, at + 4 <= length ? 4 : 1);
            break;
        default:
            length = at + 1;
        }
    }
    /* Half of the time the header tells the new length, so that the cut is met further inside. */
    if (length >= 16 && next_random() % 2)
        memcpy(bytes + 12, &(uint32_t){(uint32_t) length}, 4);
    return length;
}

int main(int argc, char *argv[])
{
    long rounds = argc > 1 ? atol(argv[1]) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t) time(NULL);
    printf("seed %llu, %ld rounds\n", (unsigned long long) seed, rounds);
    state = seed * 2654435761u + 1;
    struct buffer sound = sound_plan();
    size_t whole = buffer_length(&sound);
    long passed = 0;
    for (long i = 0; i < rounds; i++) {
        /* A fresh copy of the exact length, so that a read beyond the end is seen. */
        uint8_t *bytes = malloc(whole);
        memcpy(bytes, sound.bytes, whole);
        size_t length = i == 0 ? whole : mutate(bytes, whole);
        uint8_t *exact = malloc(length);
        memcpy(exact, bytes, length);
        free(bytes);
        struct plan plan;
        struct failure failure = FAILURE_NONE;
        if (plan_read(&plan, exact, length, &failure) == 0) {
            use_plan(&plan);
            plan_free(&plan);
            passed++;
        } else if (i == 0) {
            printf("the sound plan is refused: %s\n", failure.detail);
            return 1;
        }
        free(exact);
    }
    printf("%ld of %ld plans were sound\n", passed, rounds);
    buffer_free(&sound);
    return 0;
}
