#include "logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "json_line.h"

#define MAX_LINE 16384 /* docker's: longer lines are split */
#define GATHERED 32768
#define MAX_FILES 1000 /* each rotation renames them all */
#define MAX_TAIL (64 * 1024) /* stream, attributes and time at the end of each line */
#define LINE_HEAD "{\"log\":\""

struct unfinished {
    uint8_t bytes[MAX_LINE];
    size_t length;
};

/*
 * One log for each monitor. Static and all zero, so that what is never touched costs neither file
 * nor memory.
 */
static struct {
    bool open;
    int directory;
    int fd;
    char name[NAME_MAX - 16]; /* room for ".4294967295" */
    uint64_t size;
    uint64_t max_bytes; /* 0: no limit */
    uint64_t rotate_at; /* max_bytes, or more after a rotation that failed */
    uint32_t max_files;
    char *attrs;
    uint64_t lost;
    struct unfinished unfinished[2];
    char tail[MAX_TAIL];
    size_t tail_length;
    size_t used;
    uint8_t gathered[GATHERED + sizeof LINE_HEAD + JSON_WORST_GROWTH * MAX_LINE + MAX_TAIL];
} the_log;

static const char *const stream_names[] = {[LOG_STDOUT] = "stdout", [LOG_STDERR] = "stderr"};

static int open_file(int flags)
{
    return openat(the_log.directory, the_log.name,
        O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | flags, 0640);
}

/* Opens the directory and file of the path into the given places; the names are jongd's own. */
static int open_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || strlen(slash + 1) >= sizeof the_log.name || slash[1] == '\0') {
        errno = EINVAL;
        return -1;
    }
    char directory[PATH_MAX];
    snprintf(directory, sizeof directory, "%.*s/", (int) (slash - path), path);
    AUTO_CLOSE int opened = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int fd = opened < 0
        ? -1
        : openat(opened, slash + 1, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640);
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0)
        return -1;
    if (the_log.open) {
        close_fd(&the_log.directory);
        close_fd(&the_log.fd);
    }
    the_log.open = true;
    the_log.directory = take_fd(&opened);
    the_log.fd = take_fd(&fd);
    the_log.size = (uint64_t) found.st_size;
    the_log.rotate_at = the_log.max_bytes;
    snprintf(the_log.name, sizeof the_log.name, "%s", slash + 1);
    return 0;
}

int log_open(const struct log_options *options, struct failure *failure)
{
    if (*options->path == '\0')
        return 0;
    if (strlen(options->attrs) > MAX_TAIL - 256)
        return fail(failure, E2BIG, "log attributes");
    the_log.max_bytes = options->max_bytes;
    the_log.max_files = options->max_files < MAX_FILES ? options->max_files : MAX_FILES;
    the_log.attrs = strdup(options->attrs);
    if (the_log.attrs == NULL)
        return fail(failure, ENOMEM, options->path);
    return open_path(options->path) == 0 ? 0 : fail(failure, errno, options->path);
}

int log_reopen(const char *path, struct failure *failure)
{
    log_flush();
    return open_path(path) == 0 ? 0 : fail(failure, errno, path);
}

uint64_t log_lost_bytes(void)
{
    return the_log.lost;
}

void log_flush(void)
{
    if (the_log.used == 0)
        return;
    if (the_log.fd < 0 || write_all(the_log.fd, the_log.gathered, the_log.used) != 0) {
        the_log.lost += the_log.used;
        /* A full disk may have taken half of a line: readers must never meet one. */
        if (the_log.fd >= 0 && ftruncate(the_log.fd, (off_t) the_log.size) != 0)
            close_fd(&the_log.fd);
    } else {
        the_log.size += the_log.used;
    }
    the_log.used = 0;
}

static void numbered(char name[NAME_MAX + 1], uint32_t number)
{
    if (number == 0)
        snprintf(name, NAME_MAX + 1, "%s", the_log.name);
    else
        snprintf(name, NAME_MAX + 1, "%s.%u", the_log.name, number);
}

/* x.log.1 → x.log.2 and so on, the oldest overwritten. */
static bool rename_files(void)
{
    char from[NAME_MAX + 1];
    char to[NAME_MAX + 1];
    for (uint32_t i = the_log.max_files; i > 1; i--) {
        numbered(from, i - 2);
        numbered(to, i - 1);
        if (renameat(the_log.directory, from, the_log.directory, to) != 0 && errno != ENOENT)
            return false;
    }
    return true;
}

/*
 * A single file begins anew. Where that fails the present file goes on and grows, which is better
 * than a loss; it is tried again when as much has come once more.
 */
static void rotate(void)
{
    log_flush();
    AUTO_CLOSE int fresh = rename_files() ? open_file(O_TRUNC) : -1;
    if (fresh < 0) {
        the_log.rotate_at = the_log.size + the_log.max_bytes;
        return;
    }
    close_fd(&the_log.fd);
    the_log.fd = take_fd(&fresh);
    the_log.size = 0;
    the_log.rotate_at = the_log.max_bytes;
}

/* Everything of a line after its text is the same for all that were read at one moment. */
static void make_tail(enum log_stream stream)
{
    struct timespec now;
    struct tm utc;
    char date[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    bool plain = *the_log.attrs == '\0';
    int length = snprintf(the_log.tail, sizeof the_log.tail,
        "\",\"stream\":\"%s\",%s%s%s\"time\":\"%s.%09ldZ\"}\n", stream_names[stream],
        plain ? "" : "\"attrs\":", the_log.attrs, plain ? "" : ",", date, now.tv_nsec);
    the_log.tail_length = (size_t) length;
}

static void emit(const uint8_t *text, size_t length, bool whole)
{
    uint8_t *start = the_log.gathered + the_log.used;
    uint8_t *at = start;
    memcpy(at, LINE_HEAD, sizeof LINE_HEAD - 1);
    at = json_escape(at + sizeof LINE_HEAD - 1, text, length);
    if (whole) {
        *at++ = '\\';
        *at++ = 'n';
    }
    memcpy(at, the_log.tail, the_log.tail_length);
    at += the_log.tail_length;
    the_log.used += (size_t) (at - start);
    if (the_log.max_bytes > 0 && the_log.size + the_log.used >= the_log.rotate_at)
        rotate();
    else if (the_log.used >= GATHERED)
        log_flush();
}

static void append(struct unfinished *unfinished, const uint8_t *bytes, size_t length)
{
    memcpy(unfinished->bytes + unfinished->length, bytes, length);
    unfinished->length += length;
}

/* The line grew beyond the limit: its first part goes out by itself, not cut within a character. */
static void emit_part(struct unfinished *unfinished)
{
    size_t part = utf8_whole(unfinished->bytes, unfinished->length);
    emit(unfinished->bytes, part, false);
    unfinished->length -= part;
    memmove(unfinished->bytes, unfinished->bytes + part, unfinished->length);
}

void log_feed(enum log_stream stream, const uint8_t *bytes, size_t length)
{
    if (!the_log.open)
        return;
    struct unfinished *unfinished = &the_log.unfinished[stream];
    make_tail(stream);
    while (length > 0) {
        const uint8_t *end = memchr(bytes, '\n', length);
        size_t segment = end != NULL ? (size_t) (end - bytes) : length;
        size_t room = MAX_LINE - unfinished->length;
        if (segment > room) {
            append(unfinished, bytes, room);
            emit_part(unfinished);
            bytes += room;
            length -= room;
            continue;
        }
        if (end == NULL) {
            append(unfinished, bytes, segment);
            return;
        }
        if (unfinished->length == 0) {
            emit(bytes, segment, true);
        } else {
            append(unfinished, bytes, segment);
            emit(unfinished->bytes, unfinished->length, true);
            unfinished->length = 0;
        }
        bytes += segment + 1;
        length -= segment + 1;
    }
}

void log_end(enum log_stream stream)
{
    struct unfinished *unfinished = &the_log.unfinished[stream];
    if (unfinished->length > 0) {
        make_tail(stream);
        emit(unfinished->bytes, unfinished->length, false);
        unfinished->length = 0;
    }
    log_flush();
}
