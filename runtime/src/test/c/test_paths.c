/* What an image may try with its paths: symlinks, procfs, hidden paths, copies and labels. */
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests.h"

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

const struct test paths_tests[] = {
    TEST(symlinks_in_the_image_do_not_lead_out),
    TEST(proc_is_not_mounted_through_a_symlink),
    TEST(nothing_covers_procfs),
    TEST(no_part_of_procfs_stands_in_for_another),
    TEST(masking_uses_only_the_true_null),
    TEST(tmpfs_copies_up_turns_read_only_and_takes_modes),
    TEST(labels_are_set_where_they_can_be),
    {0},
};
