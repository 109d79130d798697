#include "json_line.h"

#include <stdbool.h>
#include <string.h>

/*
 * Eight bytes at once: a bit in each byte that holds, wherever that is exact or errs to the safe
 * side.
 */
#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

static inline uint64_t below(uint64_t word, uint8_t limit)
{
    return (word - ONES * limit) & ~word & HIGHS;
}

static inline uint64_t equal(uint64_t word, uint8_t byte)
{
    return below(word ^ ONES * byte, 1);
}

/*
 * True when all eight bytes stand for themselves in JSON. The masks make '<' and '>', '"' and '&'
 * one comparison.
 */
static inline bool all_plain(uint64_t word)
{
    uint64_t special = (word & HIGHS) | below(word, 0x20) | equal(word & ~(ONES * 0x02), '<')
        | equal(word & ~(ONES * 0x04), '"') | equal(word, '\\');
    return special == 0;
}

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != '>'
        && byte != '&';
}

/* Length that the lead byte announces; 0 for a byte that cannot lead. */
static size_t sequence_length(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/*
 * Length of the valid sequence at `at` (RFC 3629: no overlong forms, no surrogates), 0 if there is
 * none.
 */
static size_t valid_sequence(const uint8_t *at, size_t left)
{
    size_t length = sequence_length(at[0]);
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool wrong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f)
        || (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f);
    return wrong ? 0 : length;
}

static uint8_t *put(uint8_t *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static uint8_t *put_escape(uint8_t *to, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    switch (byte) {
    case '"':
        return put(to, "\\\"");
    case '\\':
        return put(to, "\\\\");
    case '\n':
        return put(to, "\\n");
    case '\r':
        return put(to, "\\r");
    case '\t':
        return put(to, "\\t");
    default:
        to = put(to, "\\u00");
        *to++ = (uint8_t) digits[byte >> 4];
        *to++ = (uint8_t) digits[byte & 15];
        return to;
    }
}

/* U+2028 and U+2029 end a line in JavaScript; Go escapes them, so we do. */
static bool is_script_line_end(const uint8_t *at, size_t length)
{
    return length == 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9);
}

static uint8_t *put_sequence(uint8_t *to, const uint8_t *at, size_t length)
{
    if (is_script_line_end(at, length))
        return put(to, at[2] == 0xa8 ? "\\u2028" : "\\u2029");
    memcpy(to, at, length);
    return to + length;
}

uint8_t *json_escape(uint8_t *to, const uint8_t *from, size_t length)
{
    const uint8_t *end = from + length;
    while (from < end) {
        uint64_t word;
        while ((size_t) (end - from) >= sizeof word) {
            memcpy(&word, from, sizeof word);
            if (!all_plain(word))
                break;
            memcpy(to, &word, sizeof word);
            to += sizeof word;
            from += sizeof word;
        }
        while (from < end && is_plain(*from))
            *to++ = *from++;
        if (from == end)
            break;
        if (*from < 0x80) {
            to = put_escape(to, *from++);
            continue;
        }
        size_t sequence = valid_sequence(from, (size_t) (end - from));
        to = sequence > 0 ? put_sequence(to, from, sequence) : put(to, "\\ufffd");
        from += sequence > 0 ? sequence : 1;
    }
    return to;
}

size_t utf8_whole(const uint8_t *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back < length; back++) {
        uint8_t byte = bytes[length - back];
        if ((byte & 0xc0) == 0x80)
            continue;
        return sequence_length(byte) > back ? length - back : length;
    }
    return length;
}
