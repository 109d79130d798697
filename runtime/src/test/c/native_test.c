/* Black-box tests of jong-native: `native_test PROGRAM [NAME|-PREFIX]...`, as root. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "harness.h"

/* A test that hangs is ended by SIGALRM; none comes near. */
#define LONGEST_SECONDS 60

#define ARGS(...) \
    (const char *[]) \
    { \
        __VA_ARGS__, NULL \
    }
#define SHELL(script) ARGS("sh", "-c", script)

/* Runs a script in a container and compares what it says and its exit code. */
static void check_script(
    struct bed *bed, struct wanted wanted, const char *script, const char *output, int code)
{
    char *found;
    char one_stream[1024];
    snprintf(one_stream, sizeof one_stream, "exec 2>&1; %s", script);
    wanted.args = SHELL(one_stream);
    CHECK_NUMBER(run_container(bed, &wanted, &found), code);
    CHECK_TEXT(found, output);
}

static void exit_codes_are_the_process_s_own(struct bed *bed)
{
    CHECK_NUMBER(run_container(bed, &(struct wanted){.args = ARGS("true")}, NULL), 0);
}

static void exit_code_255_is_kept(struct bed *bed)
{
    check_script(bed, (struct wanted){0}, "exit 255", "", 255);
}

static void death_by_signal_is_128_and_its_number(struct bed *bed)
{
    /*
     * The first process of a pid namespace ignores what it does not handle, so one is sent from
     * outside.
     */
    int fd = monitor_start(bed);
    struct frame frame =
        container_create(fd, bed, &(struct wanted){.args = ARGS("sleep", "1000")}, NULL);
    CHECK_NUMBER(frame.type, REPLY_READY);
    int waiting = wait_begin(bed, 0);
    CHECK_NUMBER(request_session(fd, REQUEST_START, 0).type, REPLY_STARTED);
    struct bytes payload = {0};
    put(&payload, "uu", 0u, (uint32_t) SIGKILL);
    frame_send(fd, REQUEST_SIGNAL, &payload);
    CHECK_NUMBER(frame_receive(fd).type, REPLY_OK);
    free(payload.data);
    CHECK_NUMBER(wait_end(waiting), 137);
    close(fd);
    char path[128];
    snprintf(path, sizeof path, "%s/exit", bed->run);
    char *text = read_text(path);
    CHECK(text != NULL && strstr(text, "code 137\nsignal 9\noom 0\nlog_lost_bytes 0\n") != NULL);
    free(text);
}

static void namespaces_and_mounts_are_its_own(struct bed *bed)
{
    check_script(bed, (struct wanted){0},
        "echo $$; hostname; cat /proc/mounts | wc -l; "
        "ls -A /sys/class/net; cat /dev/null; cat /proc/self/cgroup | grep memory | tr -d '0-9'",
        "1\nbox\n7\nlo\n:memory:/\n", 0);
}

static void bind_root_writes_to_the_directory(struct bed *bed)
{
    check_script(bed, (struct wanted){.bind_root = true},
        "echo x > /made; mount | head -1 | grep -c overlay", "0\n", 1);
    char path[128];
    snprintf(path, sizeof path, "%s/made", bed->rootfs);
    CHECK(access(path, F_OK) == 0);
}

static int count_in_mounts(const char *text)
{
    char *mounts = read_text("/proc/self/mountinfo");
    int count = 0;
    for (const char *at = mounts; (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    free(mounts);
    return count;
}

/* The test's own mount namespace stands for a host whose mounts are all shared. */
static void check_no_mount_travels(struct bed *bed, struct wanted wanted)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        int before = failures;
        CHECK(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL) == 0);
        CHECK(mount("tmpfs", bed->merged, "tmpfs", 0, NULL) == 0);
        check_script(bed, wanted, "echo in", "in\n", 0);
        CHECK_NUMBER(count_in_mounts(bed->directory), 1);
        fflush(stdout);
        _exit(failures != before);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void no_mount_travels_to_a_host_with_shared_mounts(struct bed *bed)
{
    const uint64_t words[] = {MS_SHARED, MS_SHARED | MS_REC, MS_SLAVE, MS_SLAVE | MS_REC};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (int bind_root = 0; bind_root < 2; bind_root++) {
            struct bed own;
            bed_make(&own);
            check_no_mount_travels(
                &own, (struct wanted){.propagation = words[i], .bind_root = bind_root});
            bed_remove(&own);
        }
    (void) bed;
}

static void readonly_root_refuses_writes_and_tmpfs_takes_them(struct bed *bed)
{
    check_script(bed, (struct wanted){.readonly = true},
        "echo x > /made; echo $?; echo x > /dev/shm/made; echo $?",
        "sh: can't create /made: Read-only file system\n1\n0\n", 0);
}

static void masked_paths_are_empty_and_readonly_paths_refuse(struct bed *bed)
{
    check_script(bed,
        (struct wanted){.masked = ARGS("/proc/meminfo", "/proc/acpi", "/sys/firmware",
                            "/nothing/here", "/proc/bus"),
            .readonly_paths = ARGS("/proc/sys", "/proc/irq", "/not/there")},
        "cat /proc/meminfo | wc -c; ls -A /proc/bus | wc -l; ls -A /sys/firmware | wc -l; touch "
        "/sys/firmware/x 2>/dev/null; echo $?; "
        "echo y > /proc/sys/kernel/domainname; echo $?",
        "0\n0\n0\n1\nsh: can't create /proc/sys/kernel/domainname: Read-only file system\n1\n", 0);
}

static void create_fails(
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

static const char *sysctl_key;

static void set_sysctl(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_SYSCTL, CHILD, "ss", sysctl_key, "1");
}

/* All of them name a parameter of the container's own, so that a failure harms nobody. */
static void sysctl_keys_do_not_lead_elsewhere(struct bed *bed)
{
    const char *keys[] = {"net/../kernel/domainname", "net/ipv4/../ipv4/ip_forward",
        "net//ipv4/ip_forward", "net/./ipv4/ip_forward", "/net/ipv4/ip_forward",
        "net..ipv4.ip_forward", "net.//.ipv4", "net/ipv4/", ""};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct bed own;
        sysctl_key = keys[i];
        bed_make(&own);
        create_fails(&own, &(struct wanted){.args = ARGS("true"), .more = set_sysctl}, OP_SYSCTL,
            EINVAL, keys[i]);
        bed_remove(&own);
    }
    sysctl_key = "net.ipv4.conf.lo.forwarding";
    check_script(bed, (struct wanted){.more = set_sysctl},
        "cat /proc/sys/net/ipv4/conf/lo/forwarding", "1\n", 0);
}

static void missing_command_is_an_error_of_create(struct bed *bed)
{
    create_fails(
        bed, &(struct wanted){.args = ARGS("nonexistent")}, OP_EXEC, ENOENT, "nonexistent");
}

static void directory_as_command_is_eisdir(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("/etc")}, OP_EXEC, EISDIR, "/etc");
}

static void file_without_x_as_command_is_eacces(struct bed *bed)
{
    create_fails(
        bed, &(struct wanted){.args = ARGS("/etc/passwd")}, OP_EXEC, EACCES, "/etc/passwd");
}

static void unknown_user_is_named(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .user = "carl"}, OP_USER_LOOKUP,
        ENOENT, "user carl");
}

static void unknown_group_is_named(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .user = "ann:none"}, OP_USER_LOOKUP,
        ENOENT, "group none");
}

static void unsound_user_number_is_refused(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .user = "99999999999999999999"},
        OP_USER_LOOKUP, ERANGE, "user 99999999999999999999");
}

static void user_by_name_brings_its_groups_and_home(struct bed *bed)
{
    check_script(bed, (struct wanted){.user = "ann"},
        "id -u; id -g; id -G; echo $HOME; grep CapEff /proc/self/status",
        "1000\n1000\n1000 29 50\n/home/ann\nCapEff:\t0000000000000000\n", 0);
}

static void user_and_group_given_leave_out_other_groups(struct bed *bed)
{
    check_script(bed, (struct wanted){.user = "ann:video"},
        "id -u; id -g; id -G; echo > /dev/stdout", "1000\n44\n44\n\n", 0);
}

static void numeric_user_needs_no_entry(struct bed *bed)
{
    check_script(
        bed, (struct wanted){.user = "4321:99"}, "id -u; id -G; echo $HOME", "4321\n99\n/\n", 0);
}

static void capabilities_are_those_of_the_plan(struct bed *bed)
{
    check_script(bed, (struct wanted){.capabilities = 0x25},
        "grep Cap /proc/self/status; grep NoNewPrivs /proc/self/status",
        "CapInh:\t0000000000000000\nCapPrm:\t0000000000000025\nCapEff:\t0000000000000025\n"
        "CapBnd:\t0000000000000025\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n",
        0);
}

/* Refuses mkdir with EPERM-like 99, allows all else. */
static const struct sock_filter no_mkdir[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
#ifdef SYS_mkdir
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 1, 0),
#else
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 1, 0),
#endif
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
};

static void check_seccomp(struct bed *bed, bool no_new_privs)
{
    check_script(bed,
        (struct wanted){.seccomp = no_mkdir,
            .seccomp_length = sizeof no_mkdir,
            .no_new_privs = no_new_privs,
            .user = "1000"},
        "mkdir /tmp/x; grep -c 'Seccomp:.2' /proc/self/status",
        "mkdir: can't create directory '/tmp/x': Numerical argument out of domain\n1\n", 0);
}

static void seccomp_holds_without_no_new_privs(struct bed *bed)
{
    check_seccomp(bed, false);
}

static void seccomp_holds_with_no_new_privs(struct bed *bed)
{
    check_seccomp(bed, true);
}

/* As profiles do that were written before these calls: EPERM in place of ENOSYS. */
static const struct sock_filter no_new_calls[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 439 /* faccessat2 */, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
};

static void seccomp_without_the_newest_calls_starts(struct bed *bed)
{
    check_script(bed,
        (struct wanted){.seccomp = no_new_calls, .seccomp_length = sizeof no_new_calls},
        "ls /proc/self/fd | tr '\\n' ' '", "0 1 2 3 ", 0);
}

static void no_descriptor_leaks_in(struct bed *bed)
{
    /* ls has its own on the directory: 3 */
    check_script(bed, (struct wanted){0}, "ls /proc/self/fd | tr '\\n' ' '", "0 1 2 3 ", 0);
}

static void bind_over_dangling_symlink(struct bytes *plan, const struct bed *bed)
{
    plan_add(plan, OP_BIND, CHILD, "ssuUUUUU", bed->cgroups[0], "/etc/resolv.conf", 0u,
        (uint64_t) 0, (uint64_t) 0, (uint64_t) 0, (uint64_t) 0, (uint64_t) MS_PRIVATE);
    plan_add(plan, OP_BIND, CHILD, "ssuUUUUU", bed->run, "/evil/dir", 1u,
        (uint64_t) 1 /* read-only */, (uint64_t) 0, (uint64_t) 0, (uint64_t) 0,
        (uint64_t) MS_PRIVATE);
}

static void symlinks_in_the_image_do_not_lead_out(struct bed *bed)
{
    char path[256];
    char secret[128];
    snprintf(path, sizeof path, "%s/etc/resolv.conf", bed->rootfs);
    CHECK(symlink("../run/deep/../resolv/stub.conf", path) == 0);
    snprintf(path, sizeof path, "%s/evil", bed->rootfs);
    snprintf(secret, sizeof secret, "../../../../../../../../%s", bed->directory);
    CHECK(symlink(secret, path) == 0);
    check_script(bed, (struct wanted){.more = bind_over_dangling_symlink},
        "cat /run/resolv/stub.conf > /dev/null; echo $?; touch /evil/dir/x; ls -d /evil/dir",
        "0\ntouch: /evil/dir/x: Read-only file system\n/evil/dir\n", 0);
    /* Made inside of the root, not on the host. */
    snprintf(path, sizeof path, "%s/dir", bed->directory);
    CHECK(access(path, F_OK) != 0);
    snprintf(path, sizeof path, "%s%s/dir", bed->upper, bed->directory);
    CHECK(access(path, F_OK) == 0);
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

static void proc_on_symlink(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", "proc", "proc", "/fakeproc", (uint64_t) 0, "",
        (uint64_t) 0, 0u);
}

static void proc_is_not_mounted_through_a_symlink(struct bed *bed)
{
    char path[128];
    snprintf(path, sizeof path, "%s/fakeproc", bed->rootfs);
    CHECK(symlink("/tmp", path) == 0);
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .more = proc_on_symlink}, OP_MOUNT,
        ELOOP, "/fakeproc");
}

static void bind_over_proc(struct bytes *plan, const struct bed *bed)
{
    plan_add(plan, OP_BIND, CHILD, "ssuUUUUU", bed->run, "/proc/sys", 1u, (uint64_t) 0,
        (uint64_t) 0, (uint64_t) 0, (uint64_t) 0, (uint64_t) 0);
}

static void procfs_over_procfs(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_BIND, CHILD, "ssuUUUUU", "/proc/fs", "/proc/sys", 1u, (uint64_t) 0,
        (uint64_t) 0, (uint64_t) 0, (uint64_t) 0, (uint64_t) 0);
}

static void nothing_covers_procfs(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .more = bind_over_proc}, OP_BIND,
        EPERM, "/proc/sys");
}

static void no_part_of_procfs_stands_in_for_another(struct bed *bed)
{
    create_fails(bed, &(struct wanted){.args = ARGS("true"), .more = procfs_over_procfs}, OP_BIND,
        EPERM, "/proc/sys");
}

static void fake_null(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", "tmpfs", "tmpfs", "/dev", (uint64_t) 0, "",
        (uint64_t) 0, 0u);
    plan_add(
        plan, OP_MKNOD, CHILD, "suuuuu", "/dev/null", (uint32_t) S_IFCHR | 0666u, 1u, 5u, 0u, 0u);
}

static void masking_uses_only_the_true_null(struct bed *bed)
{
    create_fails(bed,
        &(struct wanted){.args = ARGS("true"), .masked = ARGS("/proc/meminfo"), .more = fake_null},
        OP_MASK_PATHS, ENODEV, "/proc/meminfo");
}

static void tmpfs_copying_up(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", "tmpfs", "tmpfs", "/etc", (uint64_t) 0, "",
        (uint64_t) 0, 3u);
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", "tmpfs", "tmpfs", "/root", (uint64_t) 0, "",
        (uint64_t) 0, 0u);
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", "tmpfs", "tmpfs", "/new", (uint64_t) 0, "",
        (uint64_t) 0, 0u);
}

static void tmpfs_copies_up_turns_read_only_and_takes_modes(struct bed *bed)
{
    check_script(bed, (struct wanted){.more = tmpfs_copying_up},
        "head -1 /etc/passwd; echo x > /etc/x; stat -c %a /root /new /etc",
        "root:x:0:0:root:/root:/bin/sh\nsh: can't create /etc/x: Read-only file "
        "system\n755\n1777\n755\n",
        0);
}

static void label_a_directory(struct bytes *plan, const struct bed *bed)
{
    (void) bed;
    plan_add(plan, OP_FILE_LABEL, CHILD, "ss", "/tmp", "system_u:object_r:some_t:s0");
    plan_add(plan, OP_FILE_LABEL, CHILD, "ss", "/proc", "system_u:object_r:some_t:s0");
}

/* Root may write this attribute whether or not SELinux is there to read it; procfs has none. */
static void labels_are_set_where_they_can_be(struct bed *bed)
{
    char path[128], label[64] = "";
    check_script(bed, (struct wanted){.bind_root = true, .more = label_a_directory}, "", "", 0);
    snprintf(path, sizeof path, "%s/tmp", bed->rootfs);
    CHECK(getxattr(path, "security.selinux", label, sizeof label - 1) > 0);
    CHECK_TEXT(label, "system_u:object_r:some_t:s0");
}

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

#define TEST(name) \
    { \
#name, name \
    }
static const struct {
    const char *name;
    void (*run)(struct bed *bed);
} tests[] = {
    TEST(exit_codes_are_the_process_s_own),
    TEST(exit_code_255_is_kept),
    TEST(death_by_signal_is_128_and_its_number),
    TEST(namespaces_and_mounts_are_its_own),
    TEST(bind_root_writes_to_the_directory),
    TEST(no_mount_travels_to_a_host_with_shared_mounts),
    TEST(readonly_root_refuses_writes_and_tmpfs_takes_them),
    TEST(masked_paths_are_empty_and_readonly_paths_refuse),
    TEST(sysctl_keys_do_not_lead_elsewhere),
    TEST(missing_command_is_an_error_of_create),
    TEST(directory_as_command_is_eisdir),
    TEST(file_without_x_as_command_is_eacces),
    TEST(unknown_user_is_named),
    TEST(unknown_group_is_named),
    TEST(unsound_user_number_is_refused),
    TEST(user_by_name_brings_its_groups_and_home),
    TEST(user_and_group_given_leave_out_other_groups),
    TEST(numeric_user_needs_no_entry),
    TEST(capabilities_are_those_of_the_plan),
    TEST(seccomp_holds_without_no_new_privs),
    TEST(seccomp_holds_with_no_new_privs),
    TEST(seccomp_without_the_newest_calls_starts),
    TEST(no_descriptor_leaks_in),
    TEST(symlinks_in_the_image_do_not_lead_out),
    TEST(proc_is_not_mounted_through_a_symlink),
    TEST(nothing_covers_procfs),
    TEST(no_part_of_procfs_stands_in_for_another),
    TEST(monitor_keeps_nothing_that_it_was_not_given),
    TEST(masking_uses_only_the_true_null),
    TEST(tmpfs_copies_up_turns_read_only_and_takes_modes),
    TEST(labels_are_set_where_they_can_be),
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
    TEST(log_is_docker_s_json_file),
    TEST(long_lines_are_split),
    TEST(log_of_48_megabytes_is_whole),
    TEST(log_rotates),
    TEST(log_goes_on_where_it_cannot_rotate),
    TEST(log_of_endless_files_rotates),
    TEST(full_disk_is_counted_and_stops_nothing),
    TEST(end_is_recorded_in_a_full_run_directory),
    TEST(create_without_room_for_its_end_is_refused),
    TEST(every_session_dies_with_abort),
    TEST(abort_does_not_wait_for_a_client_that_does_not_read),
    TEST(malformed_requests_are_answered),
    TEST(monitor_runs_from_a_sealed_copy),
    TEST(user_namespace_has_its_root_and_the_host_s_nodes),
    TEST(joined_network_is_the_other_s),
    TEST(missing_namespace_is_an_error_of_its_operation),
    TEST(create_parks_on_the_fifo_and_exec_joins),
    TEST(init_reaps_and_gives_the_command_s_status),
    TEST(init_passes_signals_on),
};

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
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (!chosen(argv + 2, tests[i].name))
            continue;
        struct bed bed;
        int before = failures;
        bed_make(&bed);
        alarm(LONGEST_SECONDS);
        tests[i].run(&bed);
        bed_remove(&bed);
        alarm(0);
        printf("%s %s\n", failures == before ? "ok  " : "FAIL", tests[i].name);
        failed += failures != before;
        run++;
    }
    printf("%d tests, %d failed\n", run, failed);
    return failed > 0;
}
