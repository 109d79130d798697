/* The log: its form, rotation, and disks that are full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests.h"

static void log_is_docker_s_json_file(struct bed *bed)
{
    struct wanted wanted = {.args = SHELL("printf 'a<b>&\"\\\\\\t\\001\\n'; printf "
                                          "'\\377\\303\\251\\342\\200\\250\\n'; printf tail >&2")};
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    char *log = read_text(bed->log);
    char expected[3][128] = {
        "{\"log\":\"a\\u003cb\\u003e\\u0026\\\"\\\\\\t\\u0001\\n\",\"stream\":\"stdout\",\"time\":"
        "\"20",
        "{\"log\":\"\\ufffd\xc3\xa9\\u2028\\n\",\"stream\":\"stdout\",\"time\":\"20",
        "{\"log\":\"tail\",\"stream\":\"stderr\",\"time\":\"20",
    };
    for (int i = 0; i < 3; i++)
        if (!CHECK(strstr(log, expected[i]) != NULL))
            printf("    %s\n    in %s\n", expected[i], log);
    free(log);
}

static int count_lines(const char *text)
{
    int count = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        count++;
    return count;
}

static void long_lines_are_split(struct bed *bed)
{
    struct wanted wanted = {.args = SHELL("head -c 16384 /dev/zero | tr '\\0' x; echo; head -c "
                                          "40000 /dev/zero | tr '\\0' y; echo")};
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    char *log = read_text(bed->log);
    CHECK_NUMBER(count_lines(log), 4);
    CHECK(strstr(log, "xx\\n\",") != NULL);
    CHECK(strstr(log, "yy\",") != NULL);
    free(log);
}

static void log_of_48_megabytes_is_whole(struct bed *bed)
{
    enum { LINES = 48 * 1024 };
    struct wanted wanted = {
        .args = SHELL("s=$(head -c 1023 /dev/zero | tr '\\0' z); yes $s | head -n 49152")};
    double start = seconds_now();
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    printf("    48 MiB of output in %.2f s\n", seconds_now() - start);
    char *log = read_text(bed->log);
    CHECK_NUMBER(count_lines(log), LINES);
    free(log);
}

static void log_rotates(struct bed *bed)
{
    struct wanted wanted = {.args = SHELL("seq 1 20000"), .log_max = 200000, .log_files = 3};
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    char path[128];
    char *newest = read_text(bed->log);
    CHECK(newest != NULL && strstr(newest, "\"20000\\n\"") != NULL);
    free(newest);
    for (int i = 1; i <= 3; i++) {
        struct stat found;
        snprintf(path, sizeof path, "%s.%d", bed->log, i);
        bool there = stat(path, &found) == 0;
        CHECK_NUMBER(there, i < 3);
        if (there)
            CHECK(found.st_size >= 200000 && found.st_size < 200200);
    }
}

static void log_goes_on_where_it_cannot_rotate(struct bed *bed)
{
    char path[128];
    snprintf(path, sizeof path, "%s.1", bed->log);
    CHECK(mkdir(path, 0755) == 0);
    struct wanted wanted = {.args = SHELL("seq 1 20000"), .log_max = 200000, .log_files = 2};
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    char *log = read_text(bed->log);
    CHECK_NUMBER(count_lines(log), 20000);
    free(log);
}

static void log_of_endless_files_rotates(struct bed *bed)
{
    struct wanted wanted = {
        .args = SHELL("seq 1 20000"), .log_max = 200000, .log_files = UINT32_MAX};
    CHECK_NUMBER(run_container(bed, &wanted, NULL), 0);
    char path[128];
    snprintf(path, sizeof path, "%s.5", bed->log);
    CHECK(access(path, F_OK) == 0);
}

static void full_disk_is_counted_and_stops_nothing(struct bed *bed)
{
    char directory[128];
    snprintf(directory, sizeof directory, "%s/small", bed->directory);
    mkdir(directory, 0755);
    CHECK(mount("tmpfs", directory, "tmpfs", 0, "size=64k") == 0);
    snprintf(bed->log, sizeof bed->log, "%.60s/small/x.log", bed->directory);
    CHECK_NUMBER(run_container(bed, &(struct wanted){.args = SHELL("seq 1 20000")}, NULL), 0);
    char path[128];
    snprintf(path, sizeof path, "%s/exit", bed->run);
    char *text = read_text(path);
    const char *lost = text != NULL ? strstr(text, "log_lost_bytes ") : NULL;
    CHECK(lost != NULL && atol(lost + 15) > 100000);
    free(text);
    char *log = read_text(bed->log);
    size_t length = strlen(log);
    CHECK(length == 0 || log[length - 1] == '\n');
    free(log);
    /*
     * The monitor may still have the file open for the moment between its last answer and its end.
     */
    CHECK(umount2(directory, MNT_DETACH) == 0);
}

const struct test log_tests[] = {
    TEST(log_is_docker_s_json_file),
    TEST(long_lines_are_split),
    TEST(log_of_48_megabytes_is_whole),
    TEST(log_rotates),
    TEST(log_goes_on_where_it_cannot_rotate),
    TEST(log_of_endless_files_rotates),
    TEST(full_disk_is_counted_and_stops_nothing),
    {0},
};
