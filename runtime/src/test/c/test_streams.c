/* Streams, terminals, further processes, and clients that misbehave. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

static void stdin_is_piped_and_closed(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("cat; echo end >&2"), .with_stdin = true};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDIN | ATTACH_STDOUT | ATTACH_STDERR | ATTACH_CLOSE_STDIN);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    CHECK(write(stream, "hello\n", 6) == 6);
    shutdown(stream, SHUT_WR);
    CHECK_TEXT(attached_output(stream, NULL), "hello\nend\n");
    CHECK_NUMBER(wait_end(waiting), 0);
    close(stream);
    close(fd);
}

/*
 * More than all pipes and buffers hold, both ways at once: a child feeds while this process reads.
 */
static void stdin_in_the_same_write_as_its_attach_arrives(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = ARGS("head", "-n", "1"), .with_stdin = true};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = monitor_connect(bed);
    /* START, whose answer must be waited for, then ATTACH, then what is typed. */
    static const uint8_t requests[] = {4, 0, 0, 0, REQUEST_START, 0, 0, 0, 0, 8, 0, 0, 0,
        REQUEST_ATTACH, 0, 0, 0, 0, ATTACH_STDIN | ATTACH_STDOUT, 0, 0, 0, 'i', 'n', '\n'};
    CHECK(write(stream, requests, sizeof requests) == sizeof requests);
    CHECK_NUMBER(frame_receive(stream).type, REPLY_STARTED);
    CHECK_NUMBER(frame_receive(stream).type, REPLY_OK);
    CHECK_TEXT(attached_output(stream, NULL), "in\n");
    close(stream);
    close(fd);
}

static void large_stdin_comes_through_whole(struct bed *bed)
{
    enum { SIZE = 8 << 20 };
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = ARGS("cat"), .with_stdin = true};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDIN | ATTACH_STDOUT | ATTACH_CLOSE_STDIN);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    char *data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = "0123456789abcdef\n"[i % 17];
    pid_t feeder = fork();
    if (feeder == 0) {
        for (size_t sent = 0; sent < SIZE;) {
            ssize_t part = write(stream, data + sent, SIZE - sent);
            if (part <= 0)
                _exit(1);
            sent += (size_t) part;
        }
        shutdown(stream, SHUT_WR);
        _exit(0);
    }
    size_t length;
    char *output = attached_output(stream, &length);
    CHECK_NUMBER(length, SIZE);
    CHECK(length == SIZE && memcmp(output, data, SIZE) == 0);
    free(data);
    CHECK_NUMBER(wait_end(waiting), 0);
    int status;
    waitpid(feeder, &status, 0);
    CHECK_NUMBER(status, 0);
    close(stream);
    close(fd);
}

static void terminal_is_the_container_s_own(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("tty 2>/dev/null || readlink /proc/self/fd/0; stty size; "
                                          "ls -la /dev/console | head -c 1; "
                                          "read line; stty size; trap 'exit 130' INT; echo got "
                                          "$line; while :; do sleep 0.05; done"),
        .terminal = true,
        .with_stdin = true};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDIN | ATTACH_STDOUT | ATTACH_STDERR);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    struct bytes payload = {0};
    put(&payload, "uuu", 0u, 44u, 111u);
    frame_send(fd, REQUEST_RESIZE, &payload);
    free(payload.data);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    CHECK(write(stream, "word\n", 5) == 5);
    char seen[4096] = "";
    size_t used = 0;
    while (strstr(seen, "got word") == NULL && used < sizeof seen - 1) {
        uint8_t header[8];
        if (recv(stream, header, 8, MSG_WAITALL) != 8)
            break;
        size_t part = (size_t) header[6] << 8 | header[7];
        if (recv(stream, seen + used, part, MSG_WAITALL) != (ssize_t) part)
            break;
        used += part;
        seen[used] = '\0';
    }
    CHECK(strstr(seen, "/dev/pts/0") != NULL);
    CHECK(strstr(seen, "44 111") != NULL);
    /* Ctrl-C becomes a signal only if this is the session's controlling terminal. */
    CHECK(write(stream, "\003", 1) == 1);
    CHECK_NUMBER(wait_end(waiting), 130);
    close(stream);
    close(fd);
}

static void exec_runs_beside_the_first_process(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {
        .args = SHELL("trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    int waiting = wait_begin(bed, 0);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    uint32_t session;
    struct wanted beside = {.args = SHELL("id -u; hostname; cat; echo err >&2; exit 42"),
        .with_stdin = true,
        .user = "ann"};
    CHECK_NUMBER(exec_create(fd, pid, &beside, &session).type, REPLY_SESSION);
    CHECK_NUMBER(session, 1);
    int exec_stream =
        attach(bed, session, ATTACH_STDIN | ATTACH_STDOUT | ATTACH_STDERR | ATTACH_CLOSE_STDIN);
    int exec_waiting = wait_begin(bed, session);
    CHECK_NUMBER(request_session(fd, REQUEST_START, session).type, REPLY_STARTED);
    CHECK(write(exec_stream, "in\n", 3) == 3);
    shutdown(exec_stream, SHUT_WR);
    CHECK_TEXT(attached_output(exec_stream, NULL), "1000\nbox\nin\nerr\n");
    CHECK_NUMBER(wait_end(exec_waiting), 42);
    close(exec_stream);
    struct wanted missing = {.args = ARGS("nonexistent")};
    struct frame frame = exec_create(fd, pid, &missing, &session);
    CHECK_NUMBER(frame.type, REPLY_ERROR);
    CHECK_NUMBER(frame_u32(&frame, 8), ENOENT);
    struct bytes payload = {0};
    put(&payload, "uu", 0u, (uint32_t) SIGTERM);
    frame_send(fd, REQUEST_SIGNAL, &payload);
    free(payload.data);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    CHECK_NUMBER(wait_end(waiting), 3);
    CHECK_TEXT(attached_output(stream, NULL), "up\n");
    close(stream);
    close(fd);
}

static void exec_with_terminal(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    uint32_t session;
    struct wanted beside = {
        .args = SHELL("stty size; readlink /proc/self/fd/1; exit 5"), .terminal = true};
    CHECK_NUMBER(exec_create(fd, pid, &beside, &session).type, REPLY_SESSION);
    int stream = attach(bed, session, ATTACH_STDOUT);
    int exec_waiting = wait_begin(bed, session);
    CHECK_NUMBER(request_session(fd, REQUEST_START, session).type, REPLY_STARTED);
    CHECK_TEXT(attached_output(stream, NULL), "33 99\r\n/dev/pts/0\r\n");
    CHECK_NUMBER(wait_end(exec_waiting), 5);
    close(stream);
    int waiting = wait_begin(bed, 0);
    kill(pid, SIGKILL);
    CHECK_NUMBER(wait_end(waiting), 137);
    close(fd);
}

/*
 * What a process left behind holds its pipes open: the end of the session does not wait for that.
 */
static void exec_ends_although_a_descendant_holds_its_output(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    uint32_t session;
    struct wanted beside = {.args = SHELL("sleep 1000 & echo said")};
    CHECK_NUMBER(exec_create(fd, pid, &beside, &session).type, REPLY_SESSION);
    int stream = attach(bed, session, ATTACH_STDOUT);
    CHECK_NUMBER(request_session(fd, REQUEST_START, session).type, REPLY_STARTED);
    CHECK_TEXT(attached_output(stream, NULL), "said\n");
    close(stream);
    kill(pid, SIGKILL);
    close(fd);
}

static void many_ends_at_once_are_all_kept(struct bed *bed)
{
    enum { MANY = 70 };
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    uint32_t sessions[MANY];
    for (uint32_t i = 0; i < MANY; i++) {
        struct wanted beside = {.args = SHELL("exit 9")};
        CHECK_NUMBER(exec_create(fd, pid, &beside, &sessions[i]).type, REPLY_SESSION);
        int waiting = wait_begin(bed, sessions[i]);
        CHECK_NUMBER(request_session(fd, REQUEST_START, sessions[i]).type, REPLY_STARTED);
        CHECK_NUMBER(wait_end(waiting), 9);
    }
    for (uint32_t i = 0; i < MANY; i++)
        CHECK_NUMBER(wait_end(wait_begin(bed, sessions[i])), 9);
    int waiting = wait_begin(bed, 0);
    kill(pid, SIGKILL);
    CHECK_NUMBER(wait_end(waiting), 137);
    close(fd);
}

static void client_that_dies_does_not_disturb(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("yes | head -c 6000000; echo; echo done")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    /* One client never reads and is killed, another leaves at once. */
    pid_t client = fork();
    if (client == 0) {
        attach(bed, 0, ATTACH_STDOUT);
        pause();
        _exit(0);
    }
    close(attach(bed, 0, ATTACH_STDOUT));
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    usleep(300000);
    kill(client, SIGKILL);
    waitpid(client, NULL, 0);
    CHECK_NUMBER(wait_end(waiting), 0);
    char *log = read_text(bed->log);
    CHECK(strstr(log, "\"done\\n\"") != NULL);
    free(log);
    close(fd);
}

static void client_that_only_stops_reading_does_not_disturb(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("echo one; sleep 0.1; echo two")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    CHECK(shutdown(stream, SHUT_RD) == 0);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    CHECK_NUMBER(wait_end(waiting), 0);
    close(stream);
    close(fd);
}

/* In clock ticks. */
static long cpu_time_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    char *text = read_text(path);
    long user = 0, system = 0;
    CHECK(text != NULL
        && sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld",
               &user, &system)
            == 2);
    free(text);
    return user + system;
}

static pid_t parent_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    char *text = read_text(path);
    const char *line = text != NULL ? strstr(text, "PPid:") : NULL;
    pid_t parent = line != NULL ? atoi(line + strlen("PPid:")) : 0;
    free(text);
    return parent;
}

static void more_clients_than_descriptors_wait_their_turn(struct bed *bed)
{
    enum { CLIENTS = 40, DESCRIPTORS = 24 };
    struct rlimit before;
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    struct rlimit few = {.rlim_cur = DESCRIPTORS, .rlim_max = before.rlim_max};
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    int fd = monitor_start(bed);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    pid_t pid;
    struct wanted wanted = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, &pid).type, REPLY_READY);
    int waiting = wait_begin(bed, 0);
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = monitor_connect(bed);
    pid_t monitor = parent_of(pid);
    long start = cpu_time_of(monitor);
    usleep(500000);
    CHECK(cpu_time_of(monitor) - start < 10); /* of the fifty that a busy loop takes */
    for (int i = 0; i < CLIENTS; i++)
        close(clients[i]);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    int late = monitor_connect(bed);
    frame_send(late, REQUEST_STATE, NULL);
    CHECK_NUMBER(frame_receive(late).type, REPLY_STATE);
    close(late);
    kill(pid, SIGKILL);
    CHECK_NUMBER(wait_end(waiting), 137);
    close(fd);
}

static void slow_client_gets_everything(struct bed *bed)
{
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("yes | head -c 6000000")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    usleep(500000);
    size_t length;
    attached_output(stream, &length);
    CHECK_NUMBER(length, 6000000);
    close(stream);
    close(fd);
}

/* Its process is blocked by the client that does not read; its end must not be. */
static void stuck_client_does_not_hide_the_end(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted wanted = {.args = ARGS("yes")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, &pid).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    usleep(300000);
    kill(pid, SIGKILL);
    CHECK_NUMBER(wait_end(waiting), 137);
    close(stream);
    close(fd);
}

const struct test streams_tests[] = {
    TEST(stdin_is_piped_and_closed),
    TEST(stdin_in_the_same_write_as_its_attach_arrives),
    TEST(large_stdin_comes_through_whole),
    TEST(terminal_is_the_container_s_own),
    TEST(exec_runs_beside_the_first_process),
    TEST(exec_with_terminal),
    TEST(exec_ends_although_a_descendant_holds_its_output),
    TEST(many_ends_at_once_are_all_kept),
    TEST(client_that_dies_does_not_disturb),
    TEST(client_that_only_stops_reading_does_not_disturb),
    TEST(more_clients_than_descriptors_wait_their_turn),
    TEST(slow_client_gets_everything),
    TEST(stuck_client_does_not_hide_the_end),
    {0},
};
