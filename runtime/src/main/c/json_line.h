/* A line of output as a line of Docker's json-file. */
#ifndef JONG_JSON_LINE_H
#define JONG_JSON_LINE_H

#include <stddef.h>
#include <stdint.h>

/* One byte becomes six at worst (\u0001). */
#define JSON_WORST_GROWTH 6

/*
 * Writes the bytes as the inside of a JSON string, escaped as Go's encoding/json does, invalid
 * UTF-8 as \ufffd, and gives the end. `to` must have room for JSON_WORST_GROWTH times the length.
 */
uint8_t *json_escape(uint8_t *to, const uint8_t *from, size_t length);

/* How many of the bytes can be taken without cutting a UTF-8 sequence in two. */
size_t utf8_whole(const uint8_t *bytes, size_t length);

#endif
