/* Settings of the new namespaces and of the security modules. */
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "io.h"
#include "ops.h"
#include "procfs.h"
#include "syscalls.h"

int op_hostname(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    const char *name = read_str(fields);
    return sethostname(name, strlen(name)) == 0 ? 0 : fail(failure, errno, name);
}

int op_domainname(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    const char *name = read_str(fields);
    return setdomainname(name, strlen(name)) == 0 ? 0 : fail(failure, errno, name);
}

/*
 * The first of dot and slash separates the components; the other then stands for a dot within one,
 * as in net/ipv4/conf/eth0.100/forwarding (sysctl(8)).
 */
static void separate(char *key)
{
    char *at = strpbrk(key, "./");
    if (at == NULL || *at == '/')
        return;
    for (; *at != '\0'; at++)
        if (*at == '.')
            *at = '/';
        else if (*at == '/')
            *at = '.';
}

/* A component that is empty, "." or ".." would lead to another parameter than the named one. */
static bool is_plain(const char *path)
{
    for (const char *at = path;; at++) {
        size_t length = strcspn(at, "/");
        if (length == 0 || (length <= 2 && strspn(at, ".") >= length))
            return false;
        at += length;
        if (*at == '\0')
            return true;
    }
}

int op_sysctl(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *key = read_str(fields);
    const char *value = read_str(fields);
    char path[512] = "sys/";
    char *name = path + strlen(path);
    if ((size_t) snprintf(name, sizeof path - strlen("sys/"), "%s", key)
        >= sizeof path - strlen("sys/"))
        return fail(failure, ENAMETOOLONG, key);
    separate(name);
    if (!is_plain(name))
        return fail(failure, EINVAL, key);
    int procfs = trusted_procfs(&child->procfs);
    return procfs >= 0 && write_procfs(procfs, path, value) == 0 ? 0 : fail(failure, errno, key);
}

int op_loopback_up(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) child;
    (void) fields;
    AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0)
        return fail(failure, errno, "lo");
    request.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : fail(failure, errno, "lo");
}

/* Our own directory in procfs, by number: the `self` links would be symlinks to follow. */
static int write_own_attribute(struct child *child, const char *file, const char *value)
{
    char path[96];
    int pid = (int) getpid();
    snprintf(path, sizeof path, "%d/task/%d/attr/%s", pid, pid, file);
    int procfs = trusted_procfs(&child->procfs);
    return procfs < 0 ? -1 : write_procfs(procfs, path, value);
}

int op_apparmor(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *profile = read_str(fields);
    char value[512];
    if ((size_t) snprintf(value, sizeof value, "exec %s", profile) >= sizeof value)
        return fail(failure, ENAMETOOLONG, profile);
    /* The module's own directory came with Linux 5.8; before it, all modules shared one file. */
    if (write_own_attribute(child, "apparmor/exec", value) == 0)
        return 0;
    if (errno == ENOENT && write_own_attribute(child, "exec", value) == 0)
        return 0;
    return fail(failure, errno, profile);
}

int op_selinux(struct child *child, struct reader *fields, struct failure *failure)
{
    const char *label = read_str(fields);
    return write_own_attribute(child, "exec", label) == 0 ? 0 : fail(failure, errno, label);
}
