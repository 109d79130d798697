/* jong-native: the roles, by the first argument. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "apply.h"
#include "front.h"
#include "init.h"
#include "io.h"
#include "monitor.h"
#include "oneshot.h"
#include "seal.h"

#ifndef JONG_VERSION
#error "JONG_VERSION must be given by the build"
#endif

static int usage(void)
{
    fputs("usage: jong-native mon RUNDIR\n"
          "       jong-native create|exec PLAN [--pid-file F] [--console-socket S] [--error-fd N] "
          "[--detach]\n"
          "       jong-native init -- COMMAND [ARGUMENT...]\n"
          "       jong-native apply PLAN\n"
          "       jong-native version\n",
        stderr);
    return 2;
}

/*
 * Roles whose processes enter containers: from a sealed copy, and closed to ptrace and /proc
 * (CVE-2016-9962).
 */
static int protect(char *argv[])
{
    if (fill_stdio() == 0 && run_sealed(argv) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
        return 0;
    fprintf(stderr, "cannot run from a sealed copy: %s\n", strerror(errno));
    return -1;
}

static bool is_named(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash == NULL ? path : slash + 1, name) == 0;
}

/* Installed as runc's stand-in, it may be called by any name that links to bin/jong-runc. */
static bool is_front(const char *name)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (is_named(name, "jong-runc") || length < 0)
        return is_named(name, "jong-runc");
    program[length] = '\0';
    return is_named(program, "jong-runc");
}

int main(int argc, char *argv[])
{
    if (argc > 0 && is_front(argv[0]))
        return front_main(argc, argv);
    if (argc < 2)
        return usage();
    const char *role = argv[1];
    if (strcmp(role, "version") == 0)
        return puts("jong-native " JONG_VERSION) < 0;
    /* docker-init is how containers know the name: there the program has no other role. */
    if (strcmp(role, "init") == 0 || strcmp(role, "--") == 0)
        return init_main(argc - 1, argv + 1);
    if (strcmp(role, "mon") == 0 && argc == 3)
        return protect(argv) != 0 ? 1 : monitor_main(argv[2]);
    if (strcmp(role, "apply") == 0 && argc == 3)
        return apply_main(argv[2]);
    if (strcmp(role, "create") == 0 || strcmp(role, "exec") == 0)
        return protect(argv) != 0 ? 1 : oneshot_main(argc - 1, argv + 1);
    return usage();
}
