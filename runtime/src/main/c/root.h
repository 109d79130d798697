/*
 * Paths inside a root that a foreigner filled. Nothing here can be led outside of the root,
 * whatever is swapped while we look: every step is an openat2 confined to the root or an operation
 * on one plain name in an open directory (CVE-2021-30465, CVE-2024-45310 and their kin).
 */
#ifndef JONG_ROOT_H
#define JONG_ROOT_H

#include <stdint.h>

enum node_kind { NODE_DIRECTORY, NODE_FILE };

/* Opens an existing path; symlinks resolve within the root, magic links not at all. */
int root_open(int root, const char *path, uint64_t flags);

/* The same, and any symlink on the way is ELOOP. */
int root_open_plain(int root, const char *path, uint64_t flags);

/*
 * O_PATH of a path, created when missing: directories 0755, a file 0644. A dangling symlink is
 * followed and what it names is created, as image builders who link /etc/resolv.conf into /run rely
 * on.
 */
int root_make(int root, const char *path, enum node_kind kind);

/*
 * O_PATH of the directory that holds the path's last name, created when missing; the name goes to
 * *name.
 */
int root_make_parent(int root, const char *path, const char **name);

#endif
