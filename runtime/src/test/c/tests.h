/*
 * What the files of tests share: each gives a list of its tests, ended by one without a name, to
 * native_test.c, which runs them.
 */
#ifndef JONG_TESTS_H
#define JONG_TESTS_H

#include "harness.h"

struct test {
    const char *name;
    void (*run)(struct bed *bed);
};
#define TEST(name) {#name, name}

extern const struct test container_tests[];
extern const struct test paths_tests[];
extern const struct test streams_tests[];
extern const struct test log_tests[];
extern const struct test monitor_tests[];
extern const struct test roles_tests[];

#define ARGS(...) \
    (const char *[]) \
    { \
        __VA_ARGS__, NULL \
    }
#define SHELL(script) ARGS("sh", "-c", script)

/* Runs a script in a container and compares what it says and its exit code. */
void check_script(
    struct bed *bed, struct wanted wanted, const char *script, const char *output, int code);

void create_fails(
    struct bed *bed, const struct wanted *wanted, int code, int error, const char *detail);

#endif
