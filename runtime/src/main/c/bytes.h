/*
 * The encodings of docs/plan-format.md, both directions: a reader that never leaves its bytes and a
 * growing buffer.
 */
#ifndef JONG_BYTES_H
#define JONG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads forward. The first value that does not fit sets `bad`, and from then on every read gives
 * zero, "" or NULL: a caller reads all its fields and looks at `bad` once.
 */
struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);

/* The bytes stay where they are; the result lives as long as what is read. */
const char *read_str(struct reader *reader);
const uint8_t *read_bytes(struct reader *reader, uint32_t *length);

/*
 * A fresh NULL-terminated array of strings that stay where they are; NULL when bad or out of
 * memory.
 */
const char **read_strs(struct reader *reader);

/* A fresh array; NULL when bad or out of memory, never for an empty list. */
uint32_t *read_u32s(struct reader *reader, uint32_t *count);

/* Passes over one value of the type that a letter of plan_ops.h stands for. */
void skip_value(struct reader *reader, char type);

struct buffer {
    uint8_t *bytes;
    size_t start; /* what lies before it was consumed */
    size_t end;
    size_t capacity;
    bool failed; /* out of memory: what was appended since is missing */
};

size_t buffer_length(const struct buffer *buffer);
void put_raw(struct buffer *buffer, const void *bytes, size_t length);
void put_u32(struct buffer *buffer, uint32_t value);
void put_u64(struct buffer *buffer, uint64_t value);
void put_str(struct buffer *buffer, const char *text);
void buffer_consume(struct buffer *buffer, size_t length);
void buffer_free(struct buffer *buffer);

#endif
