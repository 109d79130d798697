/* What a container is given: its exit codes, root, users, rights and filters. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

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

const struct test container_tests[] = {
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
    {0},
};
