/*
 * CGROUP_DEVICES: the program that says which devices the processes of a cgroup may use (version
 * 2), and the role `apply`, which sets it for a container that runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apply.h"
#include "io.h"
#include "launch.h"

#define MAX_PROGRAMS 64 /* as many as the kernel lets be attached */
#define MAX_PLAN (16u << 20)
#define INSTRUCTION_SIZE sizeof(struct bpf_insn)

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    return (int) syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int load(const uint8_t *instructions, uint32_t length)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.expected_attach_type = BPF_CGROUP_DEVICE;
    attributes.insns = (uint64_t) (uintptr_t) instructions;
    attributes.insn_cnt = (uint32_t) (length / INSTRUCTION_SIZE);
    attributes.license = (uint64_t) (uintptr_t) "Apache";
    return bpf(BPF_PROG_LOAD, &attributes);
}

/* The ids of the programs that are attached to the cgroup itself; their number or -1. */
static int attached(int cgroup, uint32_t ids[MAX_PROGRAMS])
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = (uint32_t) cgroup;
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    attributes.query.prog_ids = (uint64_t) (uintptr_t) ids;
    attributes.query.prog_cnt = MAX_PROGRAMS;
    return bpf(BPF_PROG_QUERY, &attributes) == 0 ? (int) attributes.query.prog_cnt : -1;
}

static int open_program(uint32_t id)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id;
    return bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

static int attach(int cgroup, int program, int replaced)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t) cgroup;
    attributes.attach_bpf_fd = (uint32_t) program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    if (replaced >= 0) {
        attributes.attach_flags |= BPF_F_REPLACE;
        attributes.replace_bpf_fd = (uint32_t) replaced;
    }
    return bpf(BPF_PROG_ATTACH, &attributes);
}

static int detach(int cgroup, int program)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t) cgroup;
    attributes.attach_bpf_fd = (uint32_t) program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    return bpf(BPF_PROG_DETACH, &attributes);
}

/*
 * One program is replaced in one step. Of several, which others left, each only takes rights away:
 * they are detached after the new one stands, so that there is no moment without any.
 */
static int put_in_place(int cgroup, int program, struct failure *failure)
{
    uint32_t ids[MAX_PROGRAMS];
    int count = attached(cgroup, ids);
    if (count < 0)
        return fail(failure, errno, "bpf query");
    if (count == 1) {
        AUTO_CLOSE int old = open_program(ids[0]);
        if (old >= 0)
            return attach(cgroup, program, old) == 0 ? 0 : fail(failure, errno, "bpf replace");
    }
    if (attach(cgroup, program, -1) != 0)
        return fail(failure, errno, "bpf attach");
    for (int i = 0; i < count; i++) {
        AUTO_CLOSE int old = open_program(ids[i]);
        /* A security module may keep a program from us; it can only forbid more. */
        if (old < 0 && (errno == EACCES || errno == EPERM || errno == ENOENT))
            continue;
        if (old < 0 || detach(cgroup, old) != 0)
            return fail(failure, errno, "bpf detach");
    }
    return 0;
}

int set_cgroup_devices(struct reader *fields, struct failure *failure)
{
    const char *path = read_str(fields);
    uint32_t length;
    const uint8_t *instructions = read_bytes(fields, &length);
    bool needed = read_u32(fields) != 0;
    AUTO_CLOSE int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cgroup < 0)
        return fail(failure, errno, path);
    AUTO_CLOSE int program = load(instructions, length);
    if (program >= 0)
        return put_in_place(cgroup, program, failure);
    return errno == EPERM && !needed ? 0 : fail(failure, errno, "bpf load");
}

static int run_operation(void *context, const struct operation *operation, struct failure *failure)
{
    (void) context;
    struct reader fields = operation_fields(operation);
    return operation->code == OP_CGROUP_DEVICES ? set_cgroup_devices(&fields, failure) : 0;
}

static int apply(const char *path, struct failure *failure)
{
    struct plan plan;
    size_t length;
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *bytes = fd < 0 ? NULL : read_whole(fd, MAX_PLAN, &length);
    if (bytes == NULL)
        return fail(failure, errno, path);
    if (plan_read(&plan, (const uint8_t *) bytes, length, failure) != 0)
        return -1;
    int result = plan_run(&plan, STAGE_PARENT, run_operation, NULL, failure);
    plan_free(&plan);
    return result;
}

int apply_main(const char *path)
{
    struct failure failure = FAILURE_NONE;
    if (apply(path, &failure) == 0)
        return 0;
    fprintf(stderr, "error %u %u %u %s\n", failure.operation, failure.code, failure.error,
        failure.detail);
    return 1;
}
