#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020 /* Linux 6.3: no change of the mode's x bits */
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3 asks for it to be said */
#endif

extern char **environ;

static int new_memfd(void)
{
    int fd = memfd_create("jong-native", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    return fd >= 0 || errno != EINVAL
        ? fd
        : memfd_create("jong-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static int add_seals(int fd)
{
    if (fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_EXEC) == 0)
        return 0;
    return errno == EINVAL ? fcntl(fd, F_ADD_SEALS, SEALS) : -1;
}

static int copy_of(int program)
{
    AUTO_CLOSE int copy = new_memfd();
    struct stat found;
    if (copy < 0 || fstat(program, &found) != 0)
        return -1;
    for (off_t copied = 0; copied < found.st_size;) {
        ssize_t part = sendfile(copy, program, NULL, (size_t) (found.st_size - copied));
        if (part <= 0)
            return -1;
        copied += part;
    }
    return add_seals(copy) != 0 ? -1 : take_fd(&copy);
}

static bool has_seals(int program)
{
    int seals = fcntl(program, F_GET_SEALS);
    return seals >= 0 && (seals & SEALS) == SEALS;
}

bool is_sealed(void)
{
    AUTO_CLOSE int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    return program >= 0 && has_seals(program);
}

int run_sealed(char *argv[])
{
    AUTO_CLOSE int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (program < 0)
        return -1;
    if (has_seals(program))
        return 0;
    AUTO_CLOSE int copy = copy_of(program);
    if (copy < 0)
        return -1;
    syscall(SYS_execveat, copy, "", argv, environ, AT_EMPTY_PATH);
    return -1;
}
