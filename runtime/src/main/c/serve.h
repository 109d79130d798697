/*
 * What the child has no right to do, in its user namespace or its network namespace, and asks its
 * creator for while it makes its mounts: a bind source that its ids cannot reach, an id-mapped
 * mount, a network interface of the host. And what the specification has the creator do: the hooks
 * of its own namespaces, the way of a filter's listener to its agent.
 */
#ifndef JONG_SERVE_H
#define JONG_SERVE_H

#include "child.h"
#include "launch.h"

/* Whether the child of this plan may ask, and its creator has to listen. */
bool plan_asks(const struct plan *plan);

/* The creator: answers until the child needs it no more. At once for a plan that asks nothing. */
int serve_child(const struct plan *plan, struct launched *launched, warner warn, void *context,
    struct failure *failure);

/*
 * The child: has its present operation done by the creator. *fd takes the descriptor that comes
 * with the answer (-1: none).
 */
int ask_creator(struct child *child, int *fd, struct failure *failure);

/* The child, at the pivot: from here on nothing is asked, but that a listener is taken. */
int end_asking(struct child *child);

/* bind_source.c: a detached mount of a BIND's source, opened with the creator's rights. */
int open_bind_source(
    const struct plan *plan, const struct operation *bind, pid_t pid, struct failure *failure);

/* netdev.c: moves the interface of a NET_DEVICE into the child's network namespace. */
int move_net_device(const struct operation *operation, pid_t pid, struct failure *failure);

#endif
