/* Mount flags and options in the kernel's several ways to say them. */
#ifndef JONG_MOUNT_FLAGS_H
#define JONG_MOUNT_FLAGS_H

#include <stdint.h>

/* The MOUNT_ATTR bits of MS_ flags that a single mount has. */
uint64_t mount_attributes_of(uint64_t flags);

/* Puts comma-separated options into a filesystem context. */
int set_filesystem_data(int fs, const char *data);

/* Puts those MS_ flags that a superblock has into a filesystem context. */
int set_superblock_flags(int fs, uint64_t flags);

/* MS_SHARED and its kin, with or without MS_REC; 0 leaves it. */
int set_propagation(int mount, uint64_t flags);

/*
 * Gives the mount exactly these attributes of those that plain options name. Where it came from a
 * user namespace with more rights, some are locked: then it loses only those that were asked to go
 * (`clear`), which is an error when one of them is locked.
 */
int replace_attributes(int mount, uint64_t set, uint64_t clear);

#endif
