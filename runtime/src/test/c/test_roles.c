/* Roles without a monitor, joined namespaces, and the init of a container. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

static void write_plan(const char *path, const struct bytes *plan)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(write(fd, plan->data, plan->length) == (ssize_t) plan->length);
    close(fd);
}

static pid_t read_pid(const char *path)
{
    char *text = read_text(path);
    pid_t pid = text != NULL ? atoi(text) : 0;
    free(text);
    return pid;
}

/*
 * The caller of `create` is the one who waits for the process: this test, as a subreaper, is in its
 * place.
 */
static void create_parks_on_the_fifo_and_exec_joins(struct bed *bed)
{
    char fifo[128], plan_path[128], pid_file[128], made[160];
    snprintf(fifo, sizeof fifo, "%s/exec.fifo", bed->run);
    snprintf(plan_path, sizeof plan_path, "%s/plan", bed->run);
    snprintf(pid_file, sizeof pid_file, "%s/pid", bed->run);
    snprintf(made, sizeof made, "%s/made", bed->upper);
    CHECK(mkfifo(fifo, 0600) == 0);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    struct bytes plan;
    struct wanted wanted = {.args = SHELL("echo x > /made; sleep 1000; true"), .fifo = fifo};
    plan_container(&plan, bed, &wanted);
    write_plan(plan_path, &plan);
    free(plan.data);
    char *errors;
    CHECK_NUMBER(
        run_role(&errors, "create", "--pid-file", pid_file, "--error-fd", "9", plan_path, NULL), 0);
    CHECK_TEXT(errors, "");
    pid_t pid = read_pid(pid_file);
    CHECK(pid > 1 && access(made, F_OK) != 0);
    int start = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    CHECK(start >= 0 && write(start, "0", 1) == 1);
    struct pollfd closed = {.fd = start};
    CHECK(poll(&closed, 1, 10000) == 1 && (closed.revents & POLLERR));
    close(start);

    plan_exec(&plan, pid, &(struct wanted){.args = SHELL("exit 42")});
    write_plan(plan_path, &plan);
    free(plan.data);
    CHECK_NUMBER(run_role(&errors, "exec", "--error-fd", "9", plan_path, NULL), 42);
    plan_exec(&plan, pid, &(struct wanted){.args = ARGS("nonexistent")});
    write_plan(plan_path, &plan);
    CHECK_NUMBER(run_role(&errors, "exec", "--error-fd", "9", plan_path, NULL), 255);
    char expected[64];
    snprintf(expected, sizeof expected, "error %u 51 2 nonexistent\n", plan.data[16] - 1u);
    CHECK_TEXT(errors, expected);
    free(plan.data);
    kill(pid, SIGKILL);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    CHECK(access(made, F_OK) == 0);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

static void user_namespace_has_its_root_and_the_host_s_nodes(struct bed *bed)
{
    check_script(bed, (struct wanted){.bind_root = true, .user_namespace = true},
        "readlink /proc/1/ns/user > /tmp/user; tr -s ' ' < /proc/self/uid_map; id -u; echo x > "
        "/dev/null; "
        "head -c 3 /dev/zero | wc -c; test -w /dev/mqueue; echo $?; hostname",
        " 0 0 65536\n0\n3\n0\nbox\n", 0);
    char path[128];
    char host[64] = "";
    snprintf(path, sizeof path, "%s/tmp/user", bed->rootfs);
    char *container = read_text(path);
    CHECK(readlink("/proc/self/ns/user", host, sizeof host - 1) > 0);
    CHECK(container != NULL && strncmp(container, "user:[", 6) == 0
        && strncmp(container, host, strlen(host)) != 0);
    free(container);
}

/* As `--network container:X`: another container's namespace is joined, everything else is new. */
static void joined_network_is_the_other_s(struct bed *bed)
{
    struct bed other;
    bed_make(&other);
    int fd = monitor_start(&other);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, &other, &first, &pid).type, REPLY_READY);
    char network[64];
    char namespace[64] = "";
    snprintf(network, sizeof network, "/proc/%d/ns/net", pid);
    CHECK(readlink(network, namespace, sizeof namespace - 2) > 0);
    strcat(namespace, "\n");
    check_script(
        bed, (struct wanted){.network = network}, "readlink /proc/self/ns/net", namespace, 0);
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    close(fd);
    bed_remove(&other);
}

static void missing_namespace_is_an_error_of_its_operation(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .network = "/proc/self/ns/none"},
        OP_NS_JOIN, ENOENT, "/proc/self/ns/none");
}

static void bind_the_program(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_BIND, CHILD, "ssuUUUUU", tested_program(), "/sbin/docker-init", 0u,
        (uint64_t) 1, (uint64_t) 0, (uint64_t) 0, (uint64_t) 0, (uint64_t) MS_PRIVATE);
}

static void init_reaps_and_gives_the_command_s_status(struct bed *bed)
{
    struct wanted wanted = {.args = ARGS("/sbin/docker-init", "--", "sh", "-c",
                                "(sleep 0.1 &); sleep 0.3; grep -l State:.Z /proc/[0-9]*/status "
                                "2>/dev/null; echo $$; exit 9"),
        .more = bind_the_program};
    char *output;
    CHECK_NUMBER(run_container(bed, &wanted, &output), 9);
    CHECK_TEXT(output, "2\n");
}

static void init_passes_signals_on(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {
        .args = ARGS("/sbin/docker-init", "--", "sh", "-c", "echo up; exec sleep 1000"),
        .more = bind_the_program};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int waiting = wait_begin(bed, 0);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    char up[11];
    CHECK(recv(stream, up, sizeof up, MSG_WAITALL) == sizeof up);
    struct bytes payload = {0};
    put(&payload, "uu", 0u, (uint32_t) SIGTERM);
    frame_send(fd, REQUEST_SIGNAL, &payload);
    free(payload.data);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    CHECK_NUMBER(wait_end(waiting), 143);
    close(stream);
    close(fd);
}

const struct test roles_tests[] = {
    TEST(user_namespace_has_its_root_and_the_host_s_nodes),
    TEST(joined_network_is_the_other_s),
    TEST(missing_namespace_is_an_error_of_its_operation),
    TEST(create_parks_on_the_fifo_and_exec_joins),
    TEST(init_reaps_and_gives_the_command_s_status),
    TEST(init_passes_signals_on),
    {0},
};
