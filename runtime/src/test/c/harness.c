#include "harness.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int failures;
static const char *program;

void use_program(const char *path)
{
    program = path;
}

const char *tested_program(void)
{
    return program;
}

bool check(bool condition, const char *text, const char *file, int line)
{
    if (!condition) {
        failures++;
        printf("    FAILED %s:%d: %s\n", file, line, text);
    }
    return condition;
}

bool check_text(const char *found, const char *expected, const char *file, int line)
{
    bool same = found != NULL && strcmp(found, expected) == 0;
    if (!same) {
        failures++;
        printf("    FAILED %s:%d: found \"%s\", expected \"%s\"\n", file, line,
            found ? found : "(none)", expected);
    }
    return same;
}

bool check_number(long long found, long long expected, const char *text, const char *file, int line)
{
    if (found != expected) {
        failures++;
        printf("    FAILED %s:%d: %s is %lld, expected %lld\n", file, line, text, found, expected);
    }
    return found == expected;
}

_Noreturn static void broken(const char *what)
{
    printf("test bed broken: %s: %s\n", what, strerror(errno));
    exit(2);
}

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void append(struct bytes *bytes, const void *data, size_t length)
{
    bytes->data = realloc(bytes->data, bytes->length + length + 1);
    if (length > 0)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void append_u32(struct bytes *bytes, uint32_t value)
{
    uint32_t little = htole32(value);
    append(bytes, &little, 4);
}

static void append_str(struct bytes *bytes, const char *text)
{
    append_u32(bytes, (uint32_t) strlen(text) + 1);
    append(bytes, text, strlen(text) + 1);
}

static void put_list(struct bytes *bytes, const char **list)
{
    uint32_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    append_u32(bytes, count);
    for (uint32_t i = 0; i < count; i++)
        append_str(bytes, list[i]);
}

static void put_values(struct bytes *bytes, const char *types, va_list values)
{
    for (; *types != '\0'; types++) {
        if (*types == 'u') {
            append_u32(bytes, va_arg(values, uint32_t));
        } else if (*types == 'U') {
            uint64_t little = htole64(va_arg(values, uint64_t));
            append(bytes, &little, 8);
        } else if (*types == 's') {
            append_str(bytes, va_arg(values, const char *));
        } else if (*types == 'S') {
            put_list(bytes, va_arg(values, const char **));
        } else if (*types == 'b') {
            const void *data = va_arg(values, const void *);
            size_t length = va_arg(values, size_t);
            append_u32(bytes, (uint32_t) length);
            append(bytes, data, length);
        } else if (*types == 'V') {
            const uint32_t *list = va_arg(values, const uint32_t *);
            size_t count = va_arg(values, size_t);
            append_u32(bytes, (uint32_t) count);
            for (size_t i = 0; i < count; i++)
                append_u32(bytes, list[i]);
        } else {
            const struct bytes *inner = va_arg(values, const struct bytes *);
            append_u32(bytes, (uint32_t) inner->length);
            append(bytes, inner->data, inner->length);
        }
    }
}

void put(struct bytes *bytes, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    put_values(bytes, types, values);
    va_end(values);
}

void plan_begin(struct bytes *plan)
{
    *plan = (struct bytes){0};
    append(plan, "JONGPLAN", 8);
    put(plan, "uuu", 1u, 0u, 0u);
}

static uint32_t get_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, 4);
    return le32toh(value);
}

static void set_u32(uint8_t *at, uint32_t value)
{
    uint32_t little = htole32(value);
    memcpy(at, &little, 4);
}

void plan_add(struct bytes *plan, int code, int stage, const char *types, ...)
{
    struct bytes payload = {0};
    va_list values;
    va_start(values, types);
    put_values(&payload, types, values);
    va_end(values);
    put(plan, "uu", (uint32_t) code | (uint32_t) stage << 16, (uint32_t) payload.length);
    append(plan, payload.data, payload.length);
    set_u32(plan->data + 16, get_u32(plan->data + 16) + 1);
    free(payload.data);
}

void plan_end(struct bytes *plan)
{
    set_u32(plan->data + 12, (uint32_t) plan->length);
}

void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        broken(path);
}

char *read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    size_t length = 0;
    size_t capacity = 1 << 16;
    char *text = malloc(capacity + 1);
    size_t got;
    while ((got = fread(text + length, 1, capacity - length, file)) > 0) {
        length += got;
        if (length == capacity)
            text = realloc(text, (capacity *= 2) + 1);
    }
    text[length] = '\0';
    fclose(file);
    return text;
}

static void shell(const char *format, ...)
{
    char command[2048];
    va_list values;
    va_start(values, format);
    vsnprintf(command, sizeof command, format, values);
    va_end(values);
    if (system(command) != 0)
        broken(command);
}

static const char *const hierarchies[] = {
    "cpu",
    "cpuacct",
    "memory",
    "devices",
    "freezer",
    "blkio",
    "pids",
    "systemd",
};

static void make_cgroups(struct bed *bed)
{
    for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++) {
        char path[128];
        snprintf(path, sizeof path, "/sys/fs/cgroup/%s/%s", hierarchies[i],
            strrchr(bed->directory, '/') + 1);
        if (mkdir(path, 0755) != 0)
            continue; /* not on this machine */
        snprintf(
            bed->cgroups[bed->cgroup_count++], sizeof bed->cgroups[0], "%.100s/tasks", path);
    }
}

void bed_make(struct bed *bed)
{
    *bed = (struct bed){0};
    strcpy(bed->directory, "/tmp/jong-native-test-XXXXXX");
    if (mkdtemp(bed->directory) == NULL)
        broken("mkdtemp");
    snprintf(bed->rootfs, sizeof bed->rootfs, "%s/rootfs", bed->directory);
    snprintf(bed->upper, sizeof bed->upper, "%s/upper", bed->directory);
    snprintf(bed->work, sizeof bed->work, "%s/work", bed->directory);
    snprintf(bed->merged, sizeof bed->merged, "%s/merged", bed->directory);
    snprintf(bed->run, sizeof bed->run, "%s/run", bed->directory);
    snprintf(bed->log, sizeof bed->log, "%s/x.log", bed->directory);
    shell("cd %s && mkdir upper work merged run && mkdir -p rootfs/bin rootfs/etc rootfs/proc "
          "rootfs/sys rootfs/dev "
          "rootfs/root && mkdir -m 1777 rootfs/tmp && cp /bin/busybox rootfs/bin/busybox",
        bed->directory);
    shell("cd %s/rootfs/bin && for a in sh true false cat echo id sleep ls stty kill head dd yes "
          "mount touch stat ps "
          "printf env grep readlink wc test hostname tr mkdir seq tail sync; do ln -s busybox $a; "
          "done",
        bed->directory);
    shell(
        "cd %s/rootfs/etc && printf "
        "'root:x:0:0:root:/root:/bin/sh\\nann:x:1000:1000::/home/ann:/bin/sh\\n' > passwd "
        "&& printf "
        "'root:x:0:\\nann:x:1000:\\nstaff:x:50:bob,ann\\naudio:x:29:ann\\nvideo:x:44:\\n' > group",
        bed->directory);
    make_cgroups(bed);
}

static bool mentioned_in_mounts(const struct bed *bed)
{
    char *mounts = read_text("/proc/self/mountinfo");
    bool found = strstr(mounts, bed->directory) != NULL;
    free(mounts);
    return found;
}

/* The monitor ends shortly after its last client was told: that is waited for, not timed. */
static bool monitor_gone(const struct bed *bed)
{
    char path[128];
    snprintf(path, sizeof path, "%s/control.sock", bed->run);
    for (int i = 0; i < 2000 && access(path, F_OK) == 0; i++)
        usleep(5000);
    return access(path, F_OK) != 0;
}

void bed_remove(struct bed *bed)
{
    CHECK(monitor_gone(bed));
    CHECK(!mentioned_in_mounts(bed));
    for (int i = 0; i < bed->cgroup_count; i++) {
        char *left = read_text(bed->cgroups[i]);
        CHECK_TEXT(left, "");
        free(left);
        *strrchr(bed->cgroups[i], '/') = '\0';
        CHECK(rmdir(bed->cgroups[i]) == 0);
    }
    shell("rm -rf %s", bed->directory);
}

int run_role(char **errors, const char *role, ...)
{
    static char text[4096];
    const char *args[16] = {program, role};
    int count = 2;
    va_list rest;
    va_start(rest, role);
    while ((args[count] = va_arg(rest, const char *)) != NULL)
        count++;
    va_end(rest);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        broken("pipe");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 9);
        execv(program, (char *const *) args);
        _exit(127);
    }
    close(ends[1]);
    ssize_t length = read(ends[0], text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
    close(ends[0]);
    int status;
    waitpid(pid, &status, 0);
    if (errors != NULL)
        *errors = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int monitor_start(const struct bed *bed)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl(program, program, "mon", bed->run, (char *) NULL);
        _exit(127);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        broken("monitor does not start");
    return monitor_connect(bed);
}

int monitor_connect(const struct bed *bed)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.80s/control.sock", bed->run);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *) &address, sizeof address) != 0)
        broken(address.sun_path);
    return fd;
}

static void write_fully(int fd, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t part = send(fd, at, length, MSG_NOSIGNAL);
        if (part <= 0)
            broken("send");
        at += part;
        length -= (size_t) part;
    }
}

static bool read_fully(int fd, void *data, size_t length)
{
    char *at = data;
    while (length > 0) {
        ssize_t part = read(fd, at, length);
        if (part <= 0)
            return false;
        at += part;
        length -= (size_t) part;
    }
    return true;
}

void frame_send(int fd, int type, const struct bytes *payload)
{
    struct bytes frame = {0};
    uint8_t code = (uint8_t) type;
    append_u32(&frame, payload != NULL ? (uint32_t) payload->length : 0);
    append(&frame, &code, 1);
    if (payload != NULL)
        append(&frame, payload->data, payload->length);
    write_fully(fd, frame.data, frame.length);
    free(frame.data);
}

struct frame frame_receive(int fd)
{
    static uint8_t *payload;
    uint8_t header[5];
    struct frame frame = {.type = -1};
    if (!read_fully(fd, header, sizeof header))
        return frame;
    frame.length = get_u32(header);
    payload = realloc(payload, frame.length + 1);
    frame.payload = payload;
    if (!read_fully(fd, payload, frame.length))
        return frame;
    payload[frame.length] = 0;
    frame.type = header[4];
    return frame;
}

uint32_t frame_u32(const struct frame *frame, size_t offset)
{
    return offset + 4 <= frame->length ? get_u32(frame->payload + offset) : UINT32_MAX;
}

static const char *default_env[] = {"PATH=/bin", "TERM=xterm", NULL};

/* Docker's default capabilities. */
#define DEFAULT_CAPABILITIES 0x00000000a80425fbull

static void plan_tail(struct bytes *plan, const struct wanted *wanted)
{
    uint64_t capabilities = wanted->capabilities != 0 ? wanted->capabilities : DEFAULT_CAPABILITIES;
    plan_add(plan, OP_UMASK, CHILD, "u", 022u);
    if (wanted->user != NULL)
        plan_add(plan, OP_USER_LOOKUP, CHILD, "sS", wanted->user, (const char *[]){NULL});
    else
        plan_add(plan, OP_USER_IDS, CHILD, "uuVu", 0u, 0u, (const uint32_t[]){0}, (size_t) 1, 0u);
    plan_add(plan, OP_HOME, CHILD, "");
    plan_add(plan, OP_STDIO_OWNER, CHILD, "");
    plan_add(plan, OP_CWD, CHILD, "su", wanted->cwd != NULL ? wanted->cwd : "/", 1u);
    if (wanted->no_new_privs)
        plan_add(plan, OP_NO_NEW_PRIVS, CHILD, "");
    if (wanted->seccomp != NULL)
        plan_add(plan, OP_SECCOMP, CHILD, "ub", 0u, wanted->seccomp, wanted->seccomp_length);
    plan_add(plan, OP_CAPABILITIES, CHILD, "UUUUU", capabilities, capabilities, capabilities,
        (uint64_t) 0, (uint64_t) 0);
    plan_add(plan, OP_WAIT_START, CHILD, "s", wanted->fifo != NULL ? wanted->fifo : "");
    plan_add(plan, OP_EXEC, CHILD, "SSs", wanted->args,
        wanted->env != NULL ? wanted->env : default_env, "");
}

static void mount_op(
    struct bytes *plan, const char *type, const char *path, uint64_t flags, const char *data)
{
    plan_add(plan, OP_MOUNT, CHILD, "sssUsUu", type, type, path, flags, data, (uint64_t) 0, 0u);
}

static void plan_mounts(struct bytes *plan)
{
    uint64_t usual = MS_NOSUID | MS_NOEXEC | MS_NODEV;
    mount_op(plan, "proc", "/proc", usual, "");
    mount_op(plan, "tmpfs", "/dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
    mount_op(plan, "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC,
        "newinstance,ptmxmode=0666,mode=0620,gid=5");
    mount_op(plan, "sysfs", "/sys", usual | MS_RDONLY, "");
    mount_op(plan, "mqueue", "/dev/mqueue", usual, "");
    mount_op(plan, "tmpfs", "/dev/shm", usual, "mode=1777,size=65536k");
    const struct {
        const char *path;
        uint32_t minor;
    } devices[] = {{"/dev/null", 3}, {"/dev/zero", 5}, {"/dev/full", 7}, {"/dev/random", 8},
        {"/dev/urandom", 9}};
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        plan_add(plan, OP_MKNOD, CHILD, "suuuuu", devices[i].path, (uint32_t) S_IFCHR | 0666u, 1u,
            devices[i].minor, 0u, 0u);
    plan_add(
        plan, OP_MKNOD, CHILD, "suuuuu", "/dev/tty", (uint32_t) S_IFCHR | 0666u, 5u, 0u, 0u, 0u);
    plan_add(plan, OP_SYMLINK, CHILD, "ss", "/proc/self/fd", "/dev/fd");
    plan_add(plan, OP_SYMLINK, CHILD, "ss", "/proc/self/fd/1", "/dev/stdout");
    plan_add(plan, OP_SYMLINK, CHILD, "ss", "pts/ptmx", "/dev/ptmx");
}

void plan_container(struct bytes *plan, const struct bed *bed, const struct wanted *wanted)
{
    const char *cgroups[17] = {NULL};
    for (int i = 0; i < bed->cgroup_count; i++)
        cgroups[i] = bed->cgroups[i];
    uint64_t namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
    plan_begin(plan);
    if (wanted->network != NULL)
        plan_add(plan, OP_NS_JOIN, BEFORE, "us", (uint32_t) CLONE_NEWNET, wanted->network);
    else
        namespaces |= CLONE_NEWNET;
    plan_add(
        plan, OP_CLONE, BEFORE, "U", namespaces | (wanted->user_namespace ? CLONE_NEWUSER : 0));
    if (wanted->user_namespace)
        plan_add(plan, OP_ID_MAPS, PARENT, "uss", 0u, "0 0 65536\n", "0 0 65536\n");
    plan_add(plan, OP_CGROUP_JOIN, BEFORE, "S", cgroups);
    plan_add(plan, OP_SETSID, CHILD, "");
    plan_add(plan, OP_CGROUP_NAMESPACE, CHILD, "");
    if (wanted->network == NULL)
        plan_add(plan, OP_LOOPBACK_UP, CHILD, "");
    plan_add(plan, OP_ROOT_PROPAGATION, CHILD, "U",
        wanted->propagation != 0 ? wanted->propagation : (uint64_t) (MS_SLAVE | MS_REC));
    if (wanted->bind_root)
        plan_add(plan, OP_ROOTFS_BIND, CHILD, "s", bed->rootfs);
    else
        plan_add(plan, OP_ROOTFS_OVERLAY, CHILD, "SsssS", (const char *[]){bed->rootfs, NULL},
            bed->upper, bed->work, bed->merged, (const char *[]){NULL});
    plan_mounts(plan);
    if (wanted->more != NULL)
        wanted->more(plan, bed);
    if (wanted->terminal)
        plan_add(plan, OP_CONSOLE, CHILD, "uu", 33u, 99u);
    plan_add(plan, OP_PIVOT, CHILD, "u", 0u);
    plan_add(plan, OP_LATE_READ_ONLY, CHILD, "");
    plan_add(plan, OP_HOSTNAME, CHILD, "s", "box");
    if (wanted->readonly)
        plan_add(plan, OP_ROOT_READONLY, CHILD, "");
    if (wanted->readonly_paths != NULL)
        plan_add(plan, OP_READONLY_PATHS, CHILD, "S", wanted->readonly_paths);
    if (wanted->masked != NULL)
        plan_add(plan, OP_MASK_PATHS, CHILD, "S", wanted->masked);
    plan_tail(plan, wanted);
    plan_end(plan);
}

void plan_exec(struct bytes *plan, pid_t pid, const struct wanted *wanted)
{
    plan_begin(plan);
    plan_add(plan, OP_NS_JOIN_PROCESS, BEFORE, "uUU", (uint32_t) pid, (uint64_t) 0,
        (uint64_t) (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET
            | CLONE_NEWCGROUP));
    plan_add(plan, OP_SETSID, CHILD, "");
    if (wanted->terminal)
        plan_add(plan, OP_CONSOLE, CHILD, "uu", 33u, 99u);
    plan_tail(plan, wanted);
    plan_end(plan);
}

static uint32_t stdio_bits(const struct wanted *wanted)
{
    return (wanted->with_stdin ? STDIO_STDIN : 0u) | (wanted->terminal ? STDIO_TERMINAL : 0u);
}

struct frame container_create(
    int fd, const struct bed *bed, const struct wanted *wanted, pid_t *pid)
{
    struct bytes plan;
    struct bytes payload = {0};
    plan_container(&plan, bed, wanted);
    put(&payload, "usUusp", stdio_bits(wanted), bed->log, wanted->log_max, wanted->log_files, "",
        &plan);
    frame_send(fd, REQUEST_CREATE, &payload);
    free(plan.data);
    free(payload.data);
    struct frame frame;
    do {
        frame = frame_receive(fd);
        if (frame.type == REPLY_CREATED && pid != NULL)
            *pid = (pid_t) frame_u32(&frame, 0);
    } while (frame.type == REPLY_CREATED || frame.type == REPLY_WARNING);
    return frame;
}

struct frame exec_create(int fd, pid_t pid, const struct wanted *wanted, uint32_t *session)
{
    struct bytes plan;
    struct bytes payload = {0};
    plan_exec(&plan, pid, wanted);
    put(&payload, "up", stdio_bits(wanted), &plan);
    frame_send(fd, REQUEST_EXEC, &payload);
    free(plan.data);
    free(payload.data);
    struct frame frame;
    do
        frame = frame_receive(fd);
    while (frame.type == REPLY_WARNING);
    *session = frame_u32(&frame, 0);
    return frame;
}

int attach(const struct bed *bed, uint32_t session, uint32_t bits)
{
    int fd = monitor_connect(bed);
    struct bytes payload = {0};
    put(&payload, "uu", session, bits);
    frame_send(fd, REQUEST_ATTACH, &payload);
    free(payload.data);
    struct frame frame = frame_receive(fd);
    CHECK_NUMBER(frame.type, REPLY_OK);
    return fd;
}

struct frame request_session(int fd, int type, uint32_t session)
{
    struct bytes payload = {0};
    put(&payload, "u", session);
    frame_send(fd, type, &payload);
    free(payload.data);
    return frame_receive(fd);
}

int wait_begin(const struct bed *bed, uint32_t session)
{
    struct bytes payload = {0};
    int fd = monitor_connect(bed);
    put(&payload, "u", session);
    frame_send(fd, REQUEST_WAIT, &payload);
    free(payload.data);
    return fd;
}

int wait_end(int fd)
{
    struct frame frame = frame_receive(fd);
    close(fd);
    return frame.type == REPLY_EXITED ? (int) frame_u32(&frame, 0) : -1;
}

char *attached_output(int fd, size_t *length)
{
    static struct bytes all;
    all.length = 0;
    uint8_t header[8];
    while (read_fully(fd, header, sizeof header)) {
        uint32_t part = (uint32_t) header[4] << 24 | (uint32_t) header[5] << 16
            | (uint32_t) header[6] << 8 | header[7];
        CHECK(header[0] == 1 || header[0] == 2);
        all.data = realloc(all.data, all.length + part + 1);
        if (!read_fully(fd, all.data + all.length, part))
            break;
        all.length += part;
    }
    append(&all, "", 0);
    all.data[all.length] = 0;
    if (length != NULL)
        *length = all.length;
    return (char *) all.data;
}

int run_container(struct bed *bed, const struct wanted *wanted, char **output)
{
    int fd = monitor_start(bed);
    struct frame frame = container_create(fd, bed, wanted, NULL);
    if (frame.type != REPLY_READY) {
        printf("    create: error operation %u code %u errno %u %s\n", frame_u32(&frame, 0),
            frame_u32(&frame, 4), frame_u32(&frame, 8),
            frame.length > 16 ? (char *) frame.payload + 16 : "");
        frame_send(fd, REQUEST_ABORT, NULL);
        frame_receive(fd);
        close(fd);
        return -1;
    }
    int stream = attach(bed, 0, ATTACH_STDOUT | ATTACH_STDERR);
    int waiting = wait_begin(bed, 0);
    frame = request_session(fd, REQUEST_START, 0);
    CHECK_NUMBER(frame.type, REPLY_STARTED);
    char *all = attached_output(stream, NULL);
    if (output != NULL)
        *output = all;
    close(stream);
    int code = wait_end(waiting);
    close(fd);
    return code;
}
