// Asks a name server as fast as it answers, from several sockets at once; and is one that answers.
//
//   dns-load ask ADDRESS NAME SOCKETS SECONDS   prints: answers per second, lost, wrong, and the
//                                               microseconds that half and 99 % of the answers took
//   dns-load serve ADDRESS                      answers every query with 192.0.2.99
//
// A query that has no answer after a second is lost and asked again. Each socket has one under way.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SOCKETS = 1024, MESSAGE = 512, HEADER = 12, SLOTS = 1 << 20 };

struct client {
    uint16_t id;
    int64_t sent;
};

static struct client clients[MOST_SOCKETS];
static struct pollfd polled[MOST_SOCKETS];
static uint32_t took[SLOTS]; // By microseconds, the last one for all above.

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static struct sockaddr_in server(const char *address)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(53)};
    if (inet_pton(AF_INET, address, &server.sin_addr) != 1)
        die(address);
    return server;
}

static size_t write_query(unsigned char *query, const char *name)
{
    static const unsigned char header[HEADER] = {0, 0, 1, 0, 0, 1};
    unsigned char *at = query + HEADER;
    memcpy(query, header, HEADER);
    while (*name) {
        size_t length = strcspn(name, ".");
        *at++ = (unsigned char) length;
        memcpy(at, name, length);
        at += length;
        name += length + (name[length] == '.');
    }
    memcpy(at, "\0\0\1\0\1", 5);
    return (size_t) (at + 5 - query);
}

static void ask_one(int index, unsigned char *query, size_t length)
{
    uint16_t id = ++clients[index].id;
    query[0] = id >> 8;
    query[1] = id & 0xff;
    clients[index].sent = now();
    if (send(polled[index].fd, query, length, 0) < 0)
        die("send");
}

static unsigned percentile(unsigned long answers, unsigned percent)
{
    unsigned long seen = 0;
    for (unsigned i = 0; i < SLOTS; i++)
        if ((seen += took[i]) * 100 >= answers * percent)
            return i;
    return SLOTS;
}

static void ask(const char *address, const char *name, int sockets, int seconds)
{
    unsigned char query[MESSAGE], answer[MESSAGE];
    size_t length = write_query(query, name);
    struct sockaddr_in to = server(address);
    unsigned long answers = 0, lost = 0, wrong = 0;
    int64_t start = now(), end = start + seconds * 1000000LL;
    for (int i = 0; i < sockets; i++) {
        polled[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        polled[i].events = POLLIN;
        if (polled[i].fd < 0 || connect(polled[i].fd, (struct sockaddr *) &to, sizeof to) < 0)
            die("socket");
        ask_one(i, query, length);
    }
    while (now() < end) {
        if (poll(polled, (nfds_t) sockets, 100) < 0)
            die("poll");
        for (int i = 0; i < sockets; i++) {
            ssize_t got = polled[i].revents ? recv(polled[i].fd, answer, MESSAGE, 0) : -1;
            int64_t waited = now() - clients[i].sent;
            if (got < HEADER && waited < 1000000)
                continue;
            if (got < HEADER) {
                lost++;
            } else if ((answer[0] << 8 | answer[1]) != clients[i].id) {
                continue; // Late, and counted as lost already.
            } else {
                answers++;
                wrong += (answer[3] & 0xf) != 0 || answer[7] == 0;
                took[waited < SLOTS ? waited : SLOTS - 1]++;
            }
            ask_one(i, query, length);
        }
    }
    double rate = (double) answers * 1000000.0 / (double) (now() - start);
    printf("%.0f %lu %lu %u %u\n", rate, lost, wrong, percentile(answers, 50),
           percentile(answers, 99));
}

static void serve(const char *address)
{
    static const unsigned char record[16] = {0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
                                             192,  0,      2, 99};
    unsigned char message[MESSAGE + sizeof record];
    struct sockaddr_in own = server(address), from;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *) &own, sizeof own) < 0)
        die("bind");
    for (;;) {
        socklen_t size = sizeof from;
        ssize_t got = recvfrom(fd, message, MESSAGE, 0, (struct sockaddr *) &from, &size);
        if (got < HEADER)
            continue;
        message[2] = 0x81;
        message[3] = 0x80;
        message[7] = 1;
        message[11] = 0; // What follows the question is overwritten.
        size_t end = HEADER;
        while (end < (size_t) got && message[end])
            end += 1 + message[end];
        end += 5;
        memcpy(message + end, record, sizeof record);
        sendto(fd, message, end + sizeof record, 0, (struct sockaddr *) &from, size);
    }
}

static int usage(void)
{
    fputs("usage: dns-load ask ADDRESS NAME SOCKETS SECONDS | serve ADDRESS\n", stderr);
    return 2;
}

int main(int count, char **arguments)
{
    if (count == 6 && strcmp(arguments[1], "ask") == 0 && atoi(arguments[4]) <= MOST_SOCKETS)
        ask(arguments[2], arguments[3], atoi(arguments[4]), atoi(arguments[5]));
    else if (count == 3 && strcmp(arguments[1], "serve") == 0)
        serve(arguments[2]);
    else
        return usage();
    return 0;
}
