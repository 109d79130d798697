// The physical limit: the system calls that a container's start needs, and nothing else.
//
//   floor run ROOTFS [bridge]   namespaces, overlay, mounts, pivot_root, execve of /bin/true, wait;
//                               with `bridge` a veth pair into a bridge of its own as well
//   floor exec PID              join the namespaces of PID, execve of /bin/true, wait
//
// Prints the milliseconds of each of 20 repetitions, one a line. No cgroups, no seccomp, no
// answer to a client: an engine that comes near this has nothing left to save.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPETITIONS 20
#define NAMESPACES                                                                     \
    (CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP)

static void check(long result, const char *what) {
    if (result < 0) {
        fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static double now_millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

// A netlink message that grows by attributes.
struct message {
    struct nlmsghdr head;
    struct ifinfomsg link;
    char attributes[512];
};

static struct rtattr *add(struct message *m, int type, const void *data, int length) {
    struct rtattr *a = (void *)((char *)m + NLMSG_ALIGN(m->head.nlmsg_len));
    a->rta_type = type;
    a->rta_len = RTA_LENGTH(length);
    if (length) memcpy(RTA_DATA(a), data, length);
    m->head.nlmsg_len = NLMSG_ALIGN(m->head.nlmsg_len) + RTA_ALIGN(a->rta_len);
    return a;
}

static void end(struct message *m, struct rtattr *nest) {
    nest->rta_len = (char *)m + m->head.nlmsg_len - (char *)nest;
}

static void ask(int netlink, struct message *m, const char *what) {
    struct { struct nlmsghdr head; struct nlmsgerr error; char more[1024]; } answer;
    check(send(netlink, m, m->head.nlmsg_len, 0), what);
    check(recv(netlink, &answer, sizeof answer, 0), what);
    errno = -answer.error.error;
    check(answer.error.error, what);
}

static struct message new_message(int type, int flags) {
    struct message m = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
                                 .nlmsg_type = type,
                                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags}};
    return m;
}

static int index_of(const char *name) {
    char path[64], text[16] = "";
    snprintf(path, sizeof path, "/sys/class/net/%s/ifindex", name);
    int fd = open(path, O_RDONLY);
    check(fd, path);
    check(read(fd, text, sizeof text - 1), path);
    close(fd);
    return atoi(text);
}

static void make_bridge(int netlink) {
    struct message m = new_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    m.link.ifi_flags = m.link.ifi_change = 1; // IFF_UP
    add(&m, IFLA_IFNAME, "jongfloor", 10);
    struct rtattr *info = add(&m, IFLA_LINKINFO, "", 0);
    add(&m, IFLA_INFO_KIND, "bridge", 6);
    end(&m, info);
    ask(netlink, &m, "make bridge");
}

static void remove_bridge(int netlink) {
    struct message m = new_message(RTM_DELLINK, 0);
    m.link.ifi_index = index_of("jongfloor");
    ask(netlink, &m, "remove bridge");
}

static void make_veth(int netlink, int bridge, pid_t sandbox) {
    struct message m = new_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg peer = {0};
    uint32_t pid = sandbox, master = bridge;
    m.link.ifi_flags = m.link.ifi_change = 1;
    add(&m, IFLA_MASTER, &master, sizeof master);
    struct rtattr *info = add(&m, IFLA_LINKINFO, "", 0);
    add(&m, IFLA_INFO_KIND, "veth", 4);
    struct rtattr *data = add(&m, IFLA_INFO_DATA, "", 0);
    struct rtattr *other = add(&m, VETH_INFO_PEER, &peer, sizeof peer);
    add(&m, IFLA_IFNAME, "eth0", 5);
    add(&m, IFLA_NET_NS_PID, &pid, sizeof pid);
    end(&m, other);
    end(&m, data);
    end(&m, info);
    ask(netlink, &m, "make veth");
}

enum { SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC };

static void child(const char *rootfs, const char *scratch, int go) {
    char options[4200], path[4096], byte;
    check(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "propagation");
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", rootfs,
             scratch, scratch);
    snprintf(path, sizeof path, "%s/root", scratch);
    check(mount("overlay", path, "overlay", 0, options), "overlay");
    check(chdir(path), "chdir");
    check(mount("proc", "proc", "proc", SAFE, NULL), "proc");
    check(mount("sysfs", "sys", "sysfs", SAFE | MS_RDONLY, NULL), "sysfs");
    check(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755,size=65536k"), "dev");
    check(mkdir("dev/pts", 0755) | mkdir("dev/shm", 0755) | mkdir("dev/mqueue", 0755), "mkdir");
    check(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance"), "devpts");
    check(mount("shm", "dev/shm", "tmpfs", SAFE, NULL), "shm");
    check(mount("mqueue", "dev/mqueue", "mqueue", SAFE, NULL), "mqueue");
    const int minors[] = {3, 5, 7, 8, 9};
    const char *names[] = {"dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"};
    for (int i = 0; i < 5; i++) {
        check(mknod(names[i], S_IFCHR | 0666, makedev(1, minors[i])), names[i]);
    }
    check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    check(umount2(".", MNT_DETACH), "umount");
    check(read(go, &byte, 1), "go");
    execl("/bin/true", "true", (char *)NULL);
    check(-1, "execve");
}

static double run(const char *rootfs, const char *scratch, int netlink, int bridge) {
    int go[2];
    double start = now_millis();
    check(pipe2(go, O_CLOEXEC), "pipe");
    struct clone_args args = {.flags = NAMESPACES, .exit_signal = SIGCHLD};
    pid_t pid = syscall(SYS_clone3, &args, sizeof args);
    check(pid, "clone3");
    if (pid == 0) child(rootfs, scratch, go[0]);
    if (bridge) make_veth(netlink, bridge, pid);
    check(write(go[1], "g", 1), "go");
    int status;
    check(waitpid(pid, &status, 0), "wait");
    double end_time = now_millis();
    close(go[0]);
    close(go[1]);
    if (status) exit(1);
    return end_time - start;
}

static double exec_in(pid_t target) {
    double start = now_millis();
    pid_t pid = fork();
    check(pid, "fork");
    if (pid == 0) {
        int pidfd = syscall(SYS_pidfd_open, target, 0);
        check(pidfd, "pidfd_open");
        check(setns(pidfd, NAMESPACES), "setns");
        pid_t inner = fork();
        check(inner, "fork");
        if (inner == 0) {
            execl("/bin/true", "true", (char *)NULL);
            check(-1, "execve");
        }
        int status;
        check(waitpid(inner, &status, 0), "wait");
        _exit(status != 0);
    }
    int status;
    check(waitpid(pid, &status, 0), "wait");
    if (status) exit(1);
    return now_millis() - start;
}

static void run_all(const char *rootfs, int with_bridge) {
    char scratch[] = "/tmp/jong-floor-XXXXXX", path[64];
    const char *parts[] = {"upper", "work", "root"};
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), bridge = 0;
    if (!mkdtemp(scratch)) check(-1, "mkdtemp");
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", scratch, parts[i]);
        check(mkdir(path, 0755), path);
    }
    if (with_bridge) {
        make_bridge(netlink);
        bridge = index_of("jongfloor");
    }
    for (int i = 0; i < REPETITIONS; i++) {
        printf("%.3f\n", run(rootfs, scratch, netlink, bridge));
    }
    if (with_bridge) remove_bridge(netlink);
    snprintf(path, sizeof path, "rm -rf %s", scratch);
    check(system(path), path);
}

int main(int count, char **words) {
    if (count >= 3 && !strcmp(words[1], "run")) {
        run_all(words[2], count > 3);
    } else if (count == 3 && !strcmp(words[1], "exec")) {
        for (int i = 0; i < REPETITIONS; i++) printf("%.3f\n", exec_in(atoi(words[2])));
    } else {
        fprintf(stderr, "usage: floor run ROOTFS [bridge] | floor exec PID\n");
        return 2;
    }
    return 0;
}
