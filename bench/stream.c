/* One TCP stream for bench/streams.sh, without libraries so that it runs in an empty image.
 *
 *   stream sink PORT                 reads whatever comes, over IPv4, one client after another
 *   stream send ADDRESS PORT SECONDS writes as fast as it can; prints megabits per second, counted
 *                                    until the other side has read all
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[128 * 1024];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void sink(int listening) {
    for (;;) {
        int client = accept(listening, NULL, NULL);
        if (client < 0) {
            fail("accept");
        }
        while (read(client, buffer, sizeof buffer) > 0) {
        }
        close(client);
    }
}

static void send_for(int connection, double seconds) {
    double start = now();
    double bytes = 0;
    while (now() - start < seconds) {
        ssize_t written = write(connection, buffer, sizeof buffer);
        if (written < 0) {
            fail("write");
        }
        bytes += written;
    }
    shutdown(connection, SHUT_WR);
    if (read(connection, buffer, 1) != 0) {
        fail("end");
    }
    printf("%.0f\n", bytes * 8 / 1e6 / (now() - start));
}

int main(int argc, char **argv) {
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (argc == 3 && strcmp(argv[1], "sink") == 0) {
        address.sin_port = htons(atoi(argv[2]));
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(fd, (struct sockaddr *) &address, sizeof address) < 0 || listen(fd, 8) < 0) {
            fail("listen");
        }
        sink(fd);
    }
    if (argc != 5 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1) {
        fprintf(stderr, "usage: stream sink PORT | stream send ADDRESS PORT SECONDS\n");
        return 2;
    }
    address.sin_port = htons(atoi(argv[3]));
    if (connect(fd, (struct sockaddr *) &address, sizeof address) < 0) {
        fail("connect");
    }
    send_for(fd, atof(argv[4]));
    return 0;
}
