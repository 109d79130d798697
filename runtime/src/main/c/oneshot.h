/*
 * A plan carried out once, without a monitor, for callers that hold stdio and wait for the process
 * themselves (the roles `create` and `exec` of the drop-in runtime). See docs/plan-format.md.
 */
#ifndef JONG_ONESHOT_H
#define JONG_ONESHOT_H

int oneshot_main(int argc, char *argv[]);

#endif
