/*
 * NET_DEVICE: an interface of the host's becomes one of the container's, over rtnetlink. It takes
 * its permanent addresses of global scope along, which the kernel drops when an interface changes
 * its namespace; MTU and hardware address are part of it and stay.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "io.h"
#include "ops.h"
#include "serve.h"
#include "syscalls.h"

#define MAX_ADDRESSES 64
#define DUMP_BUFFER 32768 /* what the kernel asks readers of dumps to offer */
#define REQUEST_ROOM 256
#define LONGEST_ADDRESS 16
#define MAX_NUMBER 32768 /* what a template may expand to; the kernel stops there, too */

struct address {
    uint8_t family;
    uint8_t prefix;
    uint8_t length;
    uint8_t bytes[LONGEST_ADDRESS];
};

struct addresses {
    struct address list[MAX_ADDRESSES];
    size_t count;
};

struct request {
    struct nlmsghdr header;
    union {
        struct ifinfomsg link;
        struct ifaddrmsg address;
    } body;
    uint8_t room[REQUEST_ROOM];
};

static struct request new_request(uint16_t type, uint16_t flags, size_t body)
{
    return (struct request){.header = {
                                .nlmsg_len = NLMSG_LENGTH(body),
                                .nlmsg_type = type,
                                .nlmsg_flags = NLM_F_REQUEST | flags,
                            }};
}

/* Every attribute here is a name, a number or an address: they fit into the room by far. */
static void put_attribute(struct request *request, uint16_t type, const void *bytes, size_t length)
{
    size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
    struct rtattr attribute = {.rta_type = type, .rta_len = (uint16_t) RTA_LENGTH(length)};
    memcpy((uint8_t *) request + at, &attribute, sizeof attribute);
    memcpy((uint8_t *) request + at + RTA_LENGTH(0), bytes, length);
    request->header.nlmsg_len = (uint32_t) (at + RTA_ALIGN(attribute.rta_len));
}

static int open_netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

/* Sends and takes the acknowledgement. */
static int perform(int netlink, struct request *request)
{
    uint8_t reply[1024];
    request->header.nlmsg_flags |= NLM_F_ACK;
    if (send(netlink, request, request->header.nlmsg_len, 0) < 0)
        return -1;
    ssize_t got = recv(netlink, reply, sizeof reply, 0);
    struct nlmsghdr header;
    struct nlmsgerr result;
    if (got < (ssize_t) (sizeof header + sizeof result)) {
        errno = got < 0 ? errno : EPROTO;
        return -1;
    }
    memcpy(&header, reply, sizeof header);
    memcpy(&result, reply + NLMSG_HDRLEN, sizeof result);
    errno = header.nlmsg_type == NLMSG_ERROR ? -result.error : EPROTO;
    return errno == 0 ? 0 : -1;
}

static int change_link(int netlink, int index, unsigned int flags)
{
    struct request request = new_request(RTM_NEWLINK, 0, sizeof request.body.link);
    request.body.link.ifi_index = index;
    request.body.link.ifi_change = IFF_UP;
    request.body.link.ifi_flags = flags;
    return perform(netlink, &request);
}

/* The prefix's own address: IFA_LOCAL where there is one (a peer's is IFA_ADDRESS then). */
static void take_address(
    struct addresses *addresses, const struct ifaddrmsg *message, const uint8_t *at, size_t left)
{
    struct address address = {.family = message->ifa_family, .prefix = message->ifa_prefixlen};
    struct rtattr attribute;
    bool has_local = false;
    uint32_t flags = message->ifa_flags;
    while (left >= sizeof attribute) {
        memcpy(&attribute, at, sizeof attribute);
        size_t length = attribute.rta_len;
        if (length < sizeof attribute || length > left)
            break;
        const uint8_t *value = at + RTA_LENGTH(0);
        size_t size = length - RTA_LENGTH(0);
        bool is_local = attribute.rta_type == IFA_LOCAL;
        if ((is_local || (attribute.rta_type == IFA_ADDRESS && !has_local))
            && size <= LONGEST_ADDRESS) {
            memcpy(address.bytes, value, size);
            address.length = (uint8_t) size;
            has_local = has_local || is_local;
        }
        if (attribute.rta_type == IFA_FLAGS && size == sizeof flags)
            memcpy(&flags, value, sizeof flags);
        size_t step = RTA_ALIGN(length) < left ? RTA_ALIGN(length) : left;
        at += step;
        left -= step;
    }
    if ((flags & IFA_F_PERMANENT) && message->ifa_scope == RT_SCOPE_UNIVERSE && address.length != 0
        && addresses->count < MAX_ADDRESSES)
        addresses->list[addresses->count++] = address;
}

/* One datagram of the dump. 1: there is more, 0: that was the end, -1: the kernel refuses. */
static int take_datagram(
    const uint8_t *at, size_t left, unsigned int index, struct addresses *addresses)
{
    struct nlmsghdr header;
    while (left >= sizeof header) {
        memcpy(&header, at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > left)
            break;
        struct ifaddrmsg message;
        if (header.nlmsg_type == NLMSG_DONE)
            return 0;
        if (header.nlmsg_type == NLMSG_ERROR) {
            struct nlmsgerr refusal = {.error = -EIO};
            if (header.nlmsg_len >= NLMSG_LENGTH(sizeof refusal))
                memcpy(&refusal, at + NLMSG_HDRLEN, sizeof refusal);
            errno = -refusal.error;
            return -1;
        }
        if (header.nlmsg_type == RTM_NEWADDR && header.nlmsg_len >= NLMSG_LENGTH(sizeof message)) {
            memcpy(&message, at + NLMSG_HDRLEN, sizeof message);
            size_t head = NLMSG_SPACE(sizeof message);
            if (message.ifa_index == index && header.nlmsg_len >= head)
                take_address(addresses, &message, at + head, header.nlmsg_len - head);
        }
        size_t step = NLMSG_ALIGN(header.nlmsg_len) < left ? NLMSG_ALIGN(header.nlmsg_len) : left;
        at += step;
        left -= step;
    }
    return 1;
}

static int list_addresses(int netlink, unsigned int index, struct addresses *addresses)
{
    static uint8_t buffer[DUMP_BUFFER];
    struct request request = new_request(RTM_GETADDR, NLM_F_DUMP, sizeof request.body.address);
    addresses->count = 0;
    if (send(netlink, &request, request.header.nlmsg_len, 0) < 0)
        return -1;
    int more = 1;
    while (more > 0) {
        ssize_t got = recv(netlink, buffer, sizeof buffer, 0);
        if (got <= 0)
            return -1;
        more = take_datagram(buffer, (size_t) got, index, addresses);
    }
    return more;
}

static int add_address(int netlink, unsigned int index, const struct address *address)
{
    struct request request =
        new_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof request.body.address);
    request.body.address.ifa_family = address->family;
    request.body.address.ifa_prefixlen = address->prefix;
    request.body.address.ifa_index = index;
    put_attribute(&request, IFA_LOCAL, address->bytes, address->length);
    put_attribute(&request, IFA_ADDRESS, address->bytes, address->length);
    return perform(netlink, &request);
}

/* Namespace and name change at once, so that a name taken on either side does not matter. */
static int move(int netlink, unsigned int index, const char *name, int namespace)
{
    struct request request = new_request(RTM_NEWLINK, 0, sizeof request.body.link);
    uint32_t fd = (uint32_t) namespace;
    request.body.link.ifi_index = (int) index;
    put_attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
    put_attribute(&request, IFLA_NET_NS_FD, &fd, sizeof fd);
    return perform(netlink, &request);
}

/* The first name of a template such as eth%d that is free where we are; another name as it is. */
static void choose_name(const char *wanted, char name[IF_NAMESIZE])
{
    const char *number = strstr(wanted, "%d");
    snprintf(name, IF_NAMESIZE, "%s", wanted);
    for (int i = 0; number != NULL && i < MAX_NUMBER; i++) {
        snprintf(name, IF_NAMESIZE, "%.*s%d%s", (int) (number - wanted), wanted, i, number + 2);
        if (if_nametoindex(name) == 0)
            return;
    }
}

/* The choice is made in there and we come back: the interface still is in our own namespace. */
static int choose_name_inside(const char *wanted, int namespace, char name[IF_NAMESIZE])
{
    AUTO_CLOSE int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (ours < 0 || setns(namespace, CLONE_NEWNET) != 0)
        return -1;
    choose_name(wanted, name);
    return setns(ours, CLONE_NEWNET);
}

static int set_up_inside(const char *name, const struct addresses *addresses)
{
    AUTO_CLOSE int netlink = open_netlink();
    unsigned int index = if_nametoindex(name);
    if (netlink < 0 || index == 0)
        return -1;
    for (size_t i = 0; i < addresses->count; i++)
        if (add_address(netlink, index, &addresses->list[i]) != 0)
            return -1;
    return change_link(netlink, (int) index, IFF_UP);
}

int move_net_device(const struct operation *operation, pid_t pid, struct failure *failure)
{
    static struct addresses addresses;
    struct reader fields = operation_fields(operation);
    const char *outside = read_str(&fields);
    const char *wanted = read_str(&fields);
    char inside[IF_NAMESIZE];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", (int) pid);
    if (strlen(wanted) >= IF_NAMESIZE)
        return fail(failure, ENAMETOOLONG, wanted);
    AUTO_CLOSE int namespace = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int netlink = open_netlink();
    unsigned int index = if_nametoindex(outside);
    if (namespace < 0 || netlink < 0 || index == 0)
        return fail(failure, errno, outside);
    if (choose_name_inside(wanted, namespace, inside) != 0)
        return fail(failure, errno, wanted);
    /* Down first: an interface in use is not renamed, and nobody is to route over it meanwhile. */
    if (list_addresses(netlink, index, &addresses) != 0 || change_link(netlink, (int) index, 0) != 0
        || move(netlink, index, inside, namespace) != 0)
        return fail(failure, errno, outside);
    if (setns(namespace, CLONE_NEWNET) != 0 || set_up_inside(inside, &addresses) != 0)
        return fail(failure, errno, inside);
    return 0;
}

/* The interface is the host's: its creator has to give it away. */
int op_net_device(struct child *child, struct reader *fields, struct failure *failure)
{
    (void) fields;
    int none = -1;
    return ask_creator(child, &none, failure);
}
