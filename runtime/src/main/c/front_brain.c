/*
 * Starting the brain: the JVM whose command stands, a word a line, in lib/jong-runc.command, with
 * @home@ for where the product lies.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front.h"
#include "io.h"
#include "syscalls.h"

#define MAX_COMMAND 65536
#define HOME_MARK "@home@"
#define BRAIN_REPLIES 3
#define BRAIN_REQUESTS 4

/* What would change the JVM, or make it print, is not for the caller's environment to say. */
static const char *const unwanted[] = {
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "CLASSPATH",
};

/* The line with every mark replaced, in fresh memory. */
static char *with_home(const char *line, const char *home)
{
    struct buffer word = {0};
    for (const char *mark; (mark = strstr(line, HOME_MARK)) != NULL;) {
        put_raw(&word, line, (size_t) (mark - line));
        put_raw(&word, home, strlen(home));
        line = mark + strlen(HOME_MARK);
    }
    put_raw(&word, line, strlen(line) + 1);
    return word.failed ? NULL : (char *) word.bytes;
}

static char *read_command(const char *home)
{
    char path[PATH_MAX];
    size_t length;
    if ((size_t) snprintf(path, sizeof path, "%s/lib/jong-runc.command", home) >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = fd < 0 ? NULL : read_whole(fd, MAX_COMMAND, &length);
    if (text == NULL)
        fprintf(stderr, "jong-runc: %s: %s\n", path, strerror(errno));
    return text;
}

/* Command and arguments as execve takes them; nothing is freed: execve or _exit follow. */
static char **compose(const char *home, char *text, int argc, char *argv[])
{
    size_t lines = 1;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    char **words = calloc(lines + (size_t) argc + 1, sizeof *words);
    if (words == NULL)
        return NULL;
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if ((words[count++] = with_home(line, home)) == NULL)
            return NULL;
    for (int i = 0; i < argc; i++)
        words[count++] = argv[i];
    return words;
}

/* The JDK of the build is gone, or this is another machine: a script looks for one. */
_Noreturn static void exec_found_jdk(const char *home, char **words)
{
    char script[PATH_MAX];
    snprintf(script, sizeof script, "%s/lib/find-java.sh", home);
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    char **command = calloc(count + 2, sizeof *command);
    if (command != NULL) {
        command[0] = "sh";
        command[1] = script;
        memcpy(command + 2, words + 1, (count - 1) * sizeof *command);
        execv("/bin/sh", command);
    }
    fprintf(stderr, "jong-runc: %s: %s\n", script, strerror(errno));
    _exit(125);
}

/* A pipe's ends above the places that they get, so that neither is overwritten. */
static int place(int from, int wanted)
{
    return dup2(from, wanted) < 0 ? -1 : 0;
}

/*
 * Signals of the terminal are the front's to pass on: the brain outlives them and cleans up when it
 * sees the front gone.
 */
static void ignore_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
}

_Noreturn static void become_brain(char **words, const char *home, int replies, int requests)
{
    int high_replies = fcntl(replies, F_DUPFD_CLOEXEC, BRAIN_REQUESTS + 1);
    int high_requests = fcntl(requests, F_DUPFD_CLOEXEC, BRAIN_REQUESTS + 1);
    if (high_replies < 0 || high_requests < 0 || place(high_replies, BRAIN_REPLIES) != 0
        || place(high_requests, BRAIN_REQUESTS) != 0
        || sys_close_range(BRAIN_REQUESTS + 1, ~0U, 0) != 0)
        _exit(125);
    ignore_signals();
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        unsetenv(unwanted[i]);
    execv(words[0], words);
    if (errno == ENOENT || errno == EACCES)
        exec_found_jdk(home, words);
    fprintf(stderr, "jong-runc: %s: %s\n", words[0], strerror(errno));
    _exit(125);
}

int brain_start(struct brain *brain, const char *home, int argc, char *argv[])
{
    int replies[2], requests[2];
    AUTO_FREE char *text = read_command(home);
    char **words = text == NULL ? NULL : compose(home, text, argc, argv);
    if (text == NULL)
        return -1;
    if (words == NULL || pipe2(replies, O_CLOEXEC) != 0 || pipe2(requests, O_CLOEXEC) != 0) {
        perror("jong-runc");
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0)
        become_brain(words, home, replies[0], requests[1]);
    if (pid < 0) {
        perror("jong-runc: fork");
        return -1;
    }
    close(replies[0]);
    close(requests[1]);
    *brain = (struct brain){.pid = pid, .requests = requests[0], .replies = replies[1]};
    return 0;
}
