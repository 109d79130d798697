/* The monitor itself: the records of ends, requests out of order, what it keeps. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests.h"

static void fill(const char *directory)
{
    static const char zeros[4096];
    char path[160];
    snprintf(path, sizeof path, "%s/filler", directory);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    while (write(fd, zeros, sizeof zeros) > 0)
        continue;
    CHECK_NUMBER(errno, ENOSPC);
    close(fd);
}

static void end_is_recorded_in_a_full_run_directory(struct bed *bed)
{
    CHECK(mount("tmpfs", bed->run, "tmpfs", 0, "size=64k") == 0);
    int fd = monitor_start(bed);
    struct wanted wanted = {.args = SHELL("exit 7")};
    CHECK_NUMBER(container_create(fd, bed, &wanted, NULL).type, REPLY_READY);
    int waiting = wait_begin(bed, 0);
    fill(bed->run);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    CHECK_NUMBER(wait_end(waiting), 7);
    char path[128];
    snprintf(path, sizeof path, "%s/exit", bed->run);
    char *text = read_text(path);
    CHECK(text != NULL && strstr(text, "code 7\nsignal 0\noom 0\nlog_lost_bytes 0\n") != NULL);
    free(text);
    close(fd);
    CHECK(umount2(bed->run, MNT_DETACH) == 0);
}

static void create_without_room_for_its_end_is_refused(struct bed *bed)
{
    CHECK(mount("tmpfs", bed->run, "tmpfs", 0, "size=64k") == 0);
    fill(bed->run);
    create_fails(bed, &(struct wanted){.args = ARGS("true")}, 0, ENOSPC, "exit.tmp");
    CHECK(umount2(bed->run, MNT_DETACH) == 0);
}

static void every_session_dies_with_abort(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    CHECK_NUMBER(frame_receive(fd).type, -1);
    CHECK(kill(pid, 0) != 0);
    close(fd);
    char path[128];
    snprintf(path, sizeof path, "%s/exit.tmp", bed->run);
    CHECK(access(path, F_OK) != 0);
}

static void abort_does_not_wait_for_a_client_that_does_not_read(struct bed *bed)
{
    int fd = monitor_start(bed);
    CHECK_NUMBER(
        container_create(fd, bed, &(struct wanted){.args = ARGS("yes")}, NULL).type, REPLY_READY);
    int stream = attach(bed, 0, ATTACH_STDOUT);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    usleep(300000);
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    CHECK_NUMBER(frame_receive(fd).type, -1);
    close(stream);
    close(fd);
}

static void malformed_requests_are_answered(struct bed *bed)
{
    int fd = monitor_start(bed);
    frame_send(fd, 200, NULL);
    struct frame frame = frame_receive(fd);
    CHECK_NUMBER(frame.type, REPLY_ERROR);
    CHECK_NUMBER(frame_u32(&frame, 8), ENOSYS);
    frame_send(fd, REQUEST_START, NULL);
    frame = frame_receive(fd);
    CHECK_NUMBER(frame_u32(&frame, 8), EPROTO);
    frame = request_session(fd, REQUEST_WAIT, 7);
    CHECK_NUMBER(frame_u32(&frame, 8), ESRCH);
    frame_send(fd, REQUEST_CREATE, &(struct bytes){.data = (uint8_t *) "xx", .length = 2});
    frame = frame_receive(fd);
    CHECK_NUMBER(frame_u32(&frame, 8), EPROTO);
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    close(fd);
}

static void monitor_runs_from_a_sealed_copy(struct bed *bed)
{
    int fd = monitor_start(bed);
    pid_t pid;
    struct wanted first = {.args = ARGS("sleep", "1000")};
    CHECK_NUMBER(container_create(fd, bed, &first, &pid).type, REPLY_READY);
    char path[64];
    char target[256] = "";
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    CHECK(readlink(path, target, sizeof target - 1) > 0 && strncmp(target, "/memfd:", 7) == 0);
    int exe = open(path, O_RDWR | O_CLOEXEC);
    CHECK(exe < 0 || write(exe, "x", 1) < 0);
    if (exe >= 0)
        close(exe);
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    frame_send(fd, REQUEST_ABORT, NULL);
    frame_receive(fd);
    close(fd);
}

static void monitor_keeps_nothing_that_it_was_not_given(struct bed *bed)
{
    int forgotten[2];
    CHECK(pipe(forgotten) == 0); /* without O_CLOEXEC */
    int fd = monitor_start(bed);
    close(forgotten[1]);
    char byte;
    CHECK(read(forgotten[0], &byte, 1) == 0);
    close(forgotten[0]);
    frame_send(fd, REQUEST_ABORT, NULL);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    close(fd);
}

const struct test monitor_tests[] = {
    TEST(monitor_keeps_nothing_that_it_was_not_given),
    TEST(end_is_recorded_in_a_full_run_directory),
    TEST(create_without_room_for_its_end_is_refused),
    TEST(every_session_dies_with_abort),
    TEST(abort_does_not_wait_for_a_client_that_does_not_read),
    TEST(malformed_requests_are_answered),
    TEST(monitor_runs_from_a_sealed_copy),
    {0},
};
