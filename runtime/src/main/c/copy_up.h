/* Filling a new tmpfs with what it is going to cover. */
#ifndef JONG_COPY_UP_H
#define JONG_COPY_UP_H

/*
 * Copies the directory tree below `from` into `to` (directory descriptors, O_PATH or not):
 * directories, files and symlinks with owner and mode; other kinds are left out. Nothing is
 * followed: every step is a plain name.
 */
int copy_up(int from, int to);

#endif
