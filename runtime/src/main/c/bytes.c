#include "bytes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t *take(struct reader *reader, size_t length)
{
    if (reader->bad || length > reader->left) {
        reader->bad = true;
        return NULL;
    }
    const uint8_t *taken = reader->at;
    reader->at += length;
    reader->left -= length;
    return taken;
}

uint32_t read_u32(struct reader *reader)
{
    uint32_t value;
    const uint8_t *from = take(reader, sizeof value);
    if (from == NULL)
        return 0;
    memcpy(&value, from, sizeof value);
    return le32toh(value);
}

uint64_t read_u64(struct reader *reader)
{
    uint64_t value;
    const uint8_t *from = take(reader, sizeof value);
    if (from == NULL)
        return 0;
    memcpy(&value, from, sizeof value);
    return le64toh(value);
}

const uint8_t *read_bytes(struct reader *reader, uint32_t *length)
{
    *length = read_u32(reader);
    const uint8_t *bytes = take(reader, *length);
    if (bytes == NULL)
        *length = 0;
    return bytes;
}

const char *read_str(struct reader *reader)
{
    uint32_t length;
    const uint8_t *bytes = read_bytes(reader, &length);
    /*
     * Exactly one NUL, and it is the last byte: what is checked here is what every later use of the
     * string sees.
     */
    if (bytes == NULL || memchr(bytes, 0, length) != bytes + length - 1) {
        reader->bad = true;
        return "";
    }
    return (const char *) bytes;
}

/*
 * A list cannot have more elements than its shortest encoding would need bytes: so no count
 * allocates much.
 */
static bool count_fits(struct reader *reader, uint32_t count, size_t shortest)
{
    if (count > reader->left / shortest)
        reader->bad = true;
    return !reader->bad;
}

const char **read_strs(struct reader *reader)
{
    uint32_t count = read_u32(reader);
    if (!count_fits(reader, count, sizeof(uint32_t) + 1))
        return NULL;
    const char **list = calloc((size_t) count + 1, sizeof *list);
    if (list == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        list[i] = read_str(reader);
    if (reader->bad) {
        free(list);
        return NULL;
    }
    return list;
}

uint32_t *read_u32s(struct reader *reader, uint32_t *count)
{
    *count = read_u32(reader);
    if (!count_fits(reader, *count, sizeof(uint32_t)))
        return NULL;
    uint32_t *list = calloc((size_t) *count + 1, sizeof *list);
    for (uint32_t i = 0; list != NULL && i < *count; i++)
        list[i] = read_u32(reader);
    return list;
}

void skip_value(struct reader *reader, char type)
{
    uint32_t length;
    switch (type) {
    case 'u':
        read_u32(reader);
        return;
    case 'U':
        read_u64(reader);
        return;
    case 's':
        read_str(reader);
        return;
    case 'b':
        read_bytes(reader, &length);
        return;
    case 'S':
    case 'V': {
        uint32_t count = read_u32(reader);
        if (!count_fits(reader, count, type == 'S' ? sizeof(uint32_t) + 1 : sizeof(uint32_t)))
            return;
        for (uint32_t i = 0; i < count && !reader->bad; i++)
            skip_value(reader, type == 'S' ? 's' : 'u');
        return;
    }
    default:
        reader->bad = true;
    }
}

size_t buffer_length(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

static bool reserve(struct buffer *buffer, size_t length)
{
    if (buffer->failed)
        return false;
    if (buffer->capacity - buffer->end >= length)
        return true;
    size_t used = buffer_length(buffer);
    if (buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
    }
    if (buffer->capacity - used >= length)
        return true;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : 256;
    while (capacity - used < length)
        capacity *= 2;
    uint8_t *larger = realloc(buffer->bytes, capacity);
    if (larger == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = larger;
    buffer->capacity = capacity;
    return true;
}

void put_raw(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0 || !reserve(buffer, length))
        return;
    memcpy(buffer->bytes + buffer->end, bytes, length);
    buffer->end += length;
}

void put_u32(struct buffer *buffer, uint32_t value)
{
    uint32_t little = htole32(value);
    put_raw(buffer, &little, sizeof little);
}

void put_u64(struct buffer *buffer, uint64_t value)
{
    uint64_t little = htole64(value);
    put_raw(buffer, &little, sizeof little);
}

void put_str(struct buffer *buffer, const char *text)
{
    size_t length = strlen(text) + 1;
    put_u32(buffer, (uint32_t) length);
    put_raw(buffer, text, length);
}

void buffer_consume(struct buffer *buffer, size_t length)
{
    buffer->start += length;
    if (buffer->start >= buffer->end)
        buffer_free(buffer); /* an idle connection holds no memory */
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
