/* Black-box tests of jong-native: `native_test PROGRAM [NAME|-PREFIX]...`, as root. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests.h"

/* A test that hangs is ended by SIGALRM; none comes near. */
#define LONGEST_SECONDS 60

static const struct test *const groups[] = {
    container_tests,
    paths_tests,
    streams_tests,
    log_tests,
    monitor_tests,
    roles_tests,
};

void check_script(
    struct bed *bed, struct wanted wanted, const char *script, const char *output, int code)
{
    char *found;
    char one_stream[1024];
    snprintf(one_stream, sizeof one_stream, "exec 2>&1; %s", script);
    wanted.args = SHELL(one_stream);
    CHECK_NUMBER(run_container(bed, &wanted, &found), code);
    CHECK_TEXT(found, output);
}

void create_fails(
    struct bed *bed, const struct wanted *wanted, int code, int error, const char *detail)
{
    int fd = monitor_start(bed);
    struct frame frame = container_create(fd, bed, wanted, NULL);
    if (CHECK_NUMBER(frame.type, REPLY_ERROR)) {
        CHECK_NUMBER(frame_u32(&frame, 4), code);
        CHECK_NUMBER(frame_u32(&frame, 8), error);
        CHECK_TEXT((char *) frame.payload + 16, detail);
    }
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    close(fd);
}

/* The names choose tests; those with a minus leave out what begins with the rest of them. */
static bool chosen(char *choices[], const char *name)
{
    bool all = true;
    for (; *choices != NULL; choices++) {
        if (**choices == '-' && strncmp(name, *choices + 1, strlen(*choices + 1)) == 0)
            return false;
        if (strcmp(name, *choices) == 0)
            return true;
        all = all && **choices == '-';
    }
    return all;
}

static bool passes(const struct test *test)
{
    struct bed bed;
    int before = failures;
    bed_make(&bed);
    alarm(LONGEST_SECONDS);
    test->run(&bed);
    bed_remove(&bed);
    alarm(0);
    printf("%s %s\n", failures == before ? "ok  " : "FAIL", test->name);
    return failures == before;
}

int main(int argc, char *argv[])
{
    if (argc < 2 || geteuid() != 0) {
        fprintf(stderr, "usage, as root: native_test PROGRAM [NAME|-PREFIX]...\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    int failed = 0;
    int run = 0;
    use_program(argv[1]);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        for (const struct test *test = groups[i]; test->name != NULL; test++) {
            if (!chosen(argv + 2, test->name))
                continue;
            failed += !passes(test);
            run++;
        }
    }
    printf("%d tests, %d failed\n", run, failed);
    return failed > 0;
}
