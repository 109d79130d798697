/* The operations of stage CHILD, one function each; their meaning is in docs/plan-format.md. */
#ifndef JONG_OPS_H
#define JONG_OPS_H

#include "child.h"

typedef int child_operation(struct child *child, struct reader *fields, struct failure *failure);

/* rootfs.c */
child_operation op_root_propagation;
child_operation op_root_propagation_final;
child_operation op_rootfs_bind;
child_operation op_rootfs_overlay;
child_operation op_root_readonly;

/* pivot.c */
child_operation op_pivot;

/* ops_mount.c */
child_operation op_mount;
child_operation op_late_read_only;
child_operation op_file_label;

/* ops_bind.c */
child_operation op_bind;
child_operation op_bind_id_map;
child_operation op_remount;

/* ops_device.c */
child_operation op_mknod;
child_operation op_symlink;

/* ops_hide.c */
child_operation op_mask_paths;
child_operation op_readonly_paths;

/* console.c */
child_operation op_console;

/* ops_kernel.c */
child_operation op_hostname;
child_operation op_domainname;
child_operation op_sysctl;
child_operation op_loopback_up;
child_operation op_net_device;
child_operation op_apparmor;
child_operation op_selinux;

/* ops_process.c */
child_operation op_setsid;
child_operation op_keyring;
child_operation op_umask;
child_operation op_cwd;
child_operation op_no_new_privs;
child_operation op_personality;
child_operation op_scheduler;
child_operation op_io_priority;
child_operation op_stdio_owner;
child_operation op_memory_policy;
child_operation op_cpu_affinity;
int set_affinity(struct reader *fields, struct failure *failure);
int enter_cwd(const char *path, struct failure *failure);

/* user.c */
child_operation op_user_ids;
child_operation op_user_lookup;
child_operation op_home;

/* credentials.c */
child_operation op_capabilities;
child_operation op_seccomp;
int apply_identity(struct child *child, struct failure *failure);
int load_listened_seccomp(struct child *child, struct failure *failure);
int load_late_seccomp(struct child *child, struct failure *failure);

/* exec.c */
child_operation op_wait_start;
child_operation op_exec;

/* hook.c */
child_operation op_hook;
child_operation op_await_creator_hooks;

/* Where and how a hook runs. */
struct hook_place {
    pid_t pid; /* the container's process, as those see it who are around the hook */
    int directory; /* it starts here; -1: where we are */
    bool own_environment; /* a hook that names none gets ours */
    const char *home; /* what stands in place of an empty `HOME=`; NULL: nothing */
};
int run_hook(struct reader *fields, const struct hook_place *place, struct failure *failure);

#endif
