/*
 * The operations of a plan: code, name, stages that may hold it, types of its fields. `make check`
 * compares this list with the table in docs/plan-format.md, which says what each of them means.
 *
 * Types: u = u32 or i32, U = u64 or i64, s = str, b = bytes, S = strs, V = u32s.
 * Stages: B = BEFORE, P = PARENT, C = CHILD.
 */
#ifndef JONG_PLAN_OPS_H
#define JONG_PLAN_OPS_H

#define PLAN_OPERATIONS(OP) \
    OP(1, NS_JOIN, "B", "us") \
    OP(2, NS_JOIN_PROCESS, "B", "uUU") \
    OP(3, CLONE, "B", "U") \
    OP(4, ID_MAPS, "P", "uss") \
    OP(5, CGROUP_JOIN, "B", "S") \
    OP(6, OOM_SCORE_ADJ, "P", "u") \
    OP(7, RLIMIT, "P", "uUU") \
    OP(10, CGROUP_NAMESPACE, "C", "") \
    OP(11, ROOT_PROPAGATION, "C", "U") \
    OP(12, ROOTFS_BIND, "C", "s") \
    OP(13, ROOTFS_OVERLAY, "C", "SsssS") \
    OP(14, MOUNT, "C", "sssUsUu") \
    OP(15, BIND, "C", "ssuUUUUU") \
    OP(16, MKNOD, "C", "suuuuu") \
    OP(17, SYMLINK, "C", "ss") \
    OP(18, CONSOLE, "C", "uu") \
    OP(19, PIVOT, "C", "u") \
    OP(20, ROOT_READONLY, "C", "") \
    OP(21, MASK_PATHS, "C", "S") \
    OP(22, READONLY_PATHS, "C", "S") \
    OP(23, HOSTNAME, "C", "s") \
    OP(24, DOMAINNAME, "C", "s") \
    OP(25, SYSCTL, "C", "ss") \
    OP(26, SETSID, "C", "") \
    OP(27, KEYRING, "C", "su") \
    OP(28, LOOPBACK_UP, "C", "") \
    OP(29, ROOT_PROPAGATION_FINAL, "C", "U") \
    OP(30, UMASK, "C", "u") \
    OP(31, CWD, "C", "su") \
    OP(32, USER_IDS, "C", "uuVu") \
    OP(33, USER_LOOKUP, "C", "sS") \
    OP(34, HOME, "C", "") \
    OP(35, CAPABILITIES, "C", "UUUUU") \
    OP(36, NO_NEW_PRIVS, "C", "") \
    OP(37, SECCOMP, "C", "ub") \
    OP(38, APPARMOR, "C", "s") \
    OP(39, SELINUX, "C", "s") \
    OP(40, PERSONALITY, "C", "U") \
    OP(41, SCHEDULER, "C", "b") \
    OP(42, IO_PRIORITY, "C", "u") \
    OP(43, TIME_OFFSETS, "B", "s") \
    OP(44, HOOK, "C", "susSSS") \
    OP(45, STDIO_OWNER, "C", "") \
    OP(50, WAIT_START, "C", "s") \
    OP(51, EXEC, "C", "SSs") \
    OP(52, PRESERVE_FDS, "C", "u") \
    OP(53, BIND_ID_MAP, "C", "sssu") \
    OP(54, REMOUNT, "C", "sUUsUu") \
    OP(55, NET_DEVICE, "C", "ss") \
    OP(56, LATE_READ_ONLY, "C", "") \
    OP(57, FILE_LABEL, "C", "ss") \
    OP(60, CREATOR_HOOK, "P", "susSSS") \
    OP(61, AWAIT_CREATOR_HOOKS, "C", "") \
    OP(62, SECCOMP_LISTENER, "P", "sS") \
    OP(63, INITIAL_CPU_AFFINITY, "B", "b") \
    OP(64, CPU_AFFINITY, "C", "b") \
    OP(65, MEMORY_POLICY, "C", "ub") \
    OP(70, CGROUP_DEVICES, "P", "sbu")

#define OPERATION_CODE(code, name, stages, fields) OP_##name = code,
enum operation_code { PLAN_OPERATIONS(OPERATION_CODE) };
#undef OPERATION_CODE

#endif
