#include "handover.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "io.h"
#include "sync.h"

#define MAX_WAIT_SECONDS 10 /* a monitor serves nobody else meanwhile */

int connect_receiver(const char *path)
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

int hand_over(const char *path, const char *message, int given)
{
    AUTO_CLOSE int receiver = connect_receiver(path);
    return receiver < 0 ? -1 : send_with_fd(receiver, message, strlen(message), given);
}

int hand_over_terminal(const char *path, int master)
{
    return hand_over(path, "/dev/ptmx", master);
}
