/*
 * The container's log: Docker's json-file with rotation. Lines are gathered and written together;
 * nothing that happens to the file ever stops the container, it is counted instead.
 */
#ifndef JONG_LOGFILE_H
#define JONG_LOGFILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum log_stream { LOG_STDOUT, LOG_STDERR };

struct log_options {
    const char *path; /* "" for no log: then all else here does nothing */
    uint64_t max_bytes; /* 0: no limit */
    uint32_t max_files; /* the file itself among them */
    const char *attrs; /* a raw JSON object, or "" */
};

int log_open(const struct log_options *options, struct failure *failure);

/* Takes output as it comes; ends of lines may lie anywhere. */
void log_feed(enum log_stream stream, const uint8_t *bytes, size_t length);

/* Writes out what was gathered of whole lines. */
void log_flush(void);

/* The stream has ended: what stands there of an unfinished line becomes a line without its end. */
void log_end(enum log_stream stream);

/* Goes on in a newly opened file of that path. */
int log_reopen(const char *path, struct failure *failure);

uint64_t log_lost_bytes(void);

#endif
