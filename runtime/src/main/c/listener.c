/*
 * The listener of a system call filter with SCMP_ACT_NOTIFY, on its way to the agent that answers
 * for the kernel. The creator carries it: the process itself is under the filter already.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "io.h"
#include "launch.h"
#include "sync.h"

#define MAX_WAIT_SECONDS 10 /* for an agent that does not accept: nobody else is served meanwhile */

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval limit = {.tv_sec = MAX_WAIT_SECONDS};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0
        || connect(fd, (struct sockaddr *) &address, sizeof address) != 0)
        return -1;
    return take_fd(&fd);
}

/* As the specification has it: one connection, one message, the descriptor along with it. */
static int give(const char *path, const char *message, int listener, struct failure *failure)
{
    AUTO_CLOSE int agent = connect_to(path);
    if (agent < 0)
        return fail(failure, errno, "connect");
    return send_with_fd(agent, message, strlen(message), listener) == 0
        ? 0
        : fail(failure, errno, "send");
}

int hand_over_listener(
    const struct plan *plan, pid_t pid, int listener, struct failure *failure)
{
    const struct operation *operation = plan_find(plan, OP_SECCOMP_LISTENER);
    if (operation == NULL || listener < 0)
        return fail(failure, EPROTO, "listener");
    struct reader fields = operation_fields(operation);
    const char *path = read_str(&fields);
    AUTO_FREE const char **parts = read_strs(&fields);
    AUTO_FREE char *message = parts == NULL ? NULL : join_with_number(parts, pid);
    failure->operation = (uint32_t) (operation - plan->operations);
    failure->code = operation->code;
    if (message == NULL)
        return fail(failure, ENOMEM, "listener");
    if (give(path, message, listener, failure) != 0)
        return -1;
    failure->operation = NO_OPERATION;
    failure->code = 0;
    return 0;
}
