/* The maps of a new user namespace. */
#ifndef JONG_ID_MAPS_H
#define JONG_ID_MAPS_H

#include <sys/types.h>

#include "bytes.h"
#include "error.h"

/* ID_MAPS: with our own rights, or what newuidmap and newgidmap grant an ordinary user. */
int write_id_maps(pid_t pid, struct reader *fields, struct failure *failure);

/* uid_map and gid_map of the process, by our own rights only. */
int write_maps(pid_t pid, const char *uids, const char *gids, struct failure *failure);

#endif
