/*
 * Drives the built program from outside: plans are made byte by byte, the monitor is asked over its
 * socket, containers run on a root made of busybox. Nothing of the program's own sources is used
 * but the operation codes.
 */
#ifndef JONG_TEST_HARNESS_H
#define JONG_TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../main/c/frames.h"
#include "../../main/c/plan_ops.h"

enum { BEFORE, PARENT, CHILD };

/* A check that fails is reported with its place; the test goes on, so that it cleans up. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
#define CHECK_TEXT(found, expected) check_text((found), (expected), __FILE__, __LINE__)
#define CHECK_NUMBER(found, expected) \
    check_number((long long) (found), (long long) (expected), #found, __FILE__, __LINE__)
bool check(bool condition, const char *text, const char *file, int line);
bool check_text(const char *found, const char *expected, const char *file, int line);
bool check_number(
    long long found, long long expected, const char *text, const char *file, int line);

/* The checks that failed so far. */
extern int failures;

/* Which program is tested. */
void use_program(const char *path);
const char *tested_program(void);

struct bytes {
    uint8_t *data;
    size_t length;
};

/*
 * Appends values by the letters of `types`: u = uint32_t, U = uint64_t, s = const char *, S =
 * NULL-terminated const char **, b = const void * and size_t, V = const uint32_t * and size_t, p =
 * const struct bytes * (as `b`).
 */
void put(struct bytes *bytes, const char *types, ...);

void plan_begin(struct bytes *plan);
void plan_add(struct bytes *plan, int code, int stage, const char *types, ...);
void plan_end(struct bytes *plan);

/* One test's directory: root file system, run directory, log, and a cgroup in each hierarchy. */
struct bed {
    char directory[64];
    char rootfs[96];
    char upper[96];
    char work[96];
    char merged[96];
    char run[96];
    char log[96];
    char cgroups[16][128]; /* their cgroup.procs */
    int cgroup_count;
};

void bed_make(struct bed *bed);

/* Checks that nothing is left (monitor, process, mount), then removes it all. */
void bed_remove(struct bed *bed);

/* A shell command's output, whole. */
void write_text(const char *path, const char *text);
char *read_text(const char *path);

/* The monitor's client. */
int monitor_start(const struct bed *bed);
int monitor_connect(const struct bed *bed);
void frame_send(int fd, int type, const struct bytes *payload);

struct frame {
    int type; /* -1: the connection ended */
    uint32_t length;
    uint8_t *payload; /* of the harness, until the next frame */
};
struct frame frame_receive(int fd);
uint32_t frame_u32(const struct frame *frame, size_t offset);

/* What a container is made of; zero values are the plainest. */
struct wanted {
    const char **args;
    const char **env;
    const char *user; /* "": root by number */
    const char *cwd;
    bool terminal;
    bool with_stdin;
    bool readonly;
    bool bind_root;
    bool user_namespace; /* with the ids of the host, so that the root's owner stays who it is */
    const char *network; /* path of the network namespace to join; NULL: a new one */
    uint64_t capabilities; /* 0: docker's default set */
    const void *seccomp;
    size_t seccomp_length;
    bool no_new_privs;
    const char **masked;
    const char **readonly_paths;
    uint64_t propagation; /* of the host's mounts in the container's namespace; 0: rslave */
    const char *fifo; /* for the role create; NULL: the monitor starts it */
    uint64_t log_max;
    uint32_t log_files;
    void (*more)(struct bytes *plan, const struct bed *bed); /* adds operations before the pivot */
};

void plan_container(struct bytes *plan, const struct bed *bed, const struct wanted *wanted);
void plan_exec(struct bytes *plan, pid_t pid, const struct wanted *wanted);

/* CREATE up to READY. The last frame (READY or ERROR) is the result; *pid of the process. */
struct frame container_create(
    int fd, const struct bed *bed, const struct wanted *wanted, pid_t *pid);
struct frame exec_create(int fd, pid_t pid, const struct wanted *wanted, uint32_t *session);

int attach(const struct bed *bed, uint32_t session, uint32_t bits);
struct frame request_session(int fd, int type, uint32_t session);

/*
 * WAIT, asked before the end so that it is answered for certain; the end gives the exit code and
 * closes.
 */
int wait_begin(const struct bed *bed, uint32_t session);
int wait_end(int fd);

/*
 * Everything of an attached stream until its end, all streams together, NUL-terminated; of the
 * harness.
 */
char *attached_output(int fd, size_t *length);

/*
 * Runs a container to its end and gives its exit code; *output (may be NULL) is stdout and stderr.
 */
int run_container(struct bed *bed, const struct wanted *wanted, char **output);

/*
 * The program in a role, its arguments ended by NULL; gives its exit status and, in *errors, what
 * came on fd 9.
 */
int run_role(char **errors, const char *role, ...);

double seconds_now(void);

#endif
