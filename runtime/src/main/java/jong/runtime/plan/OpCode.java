package jong.runtime.plan;

import static jong.runtime.plan.FieldType.BYTES;
import static jong.runtime.plan.FieldType.I32;
import static jong.runtime.plan.FieldType.STR;
import static jong.runtime.plan.FieldType.STRS;
import static jong.runtime.plan.FieldType.U32;
import static jong.runtime.plan.FieldType.U32S;
import static jong.runtime.plan.FieldType.U64;
import static jong.runtime.plan.Stage.BEFORE;
import static jong.runtime.plan.Stage.CHILD;
import static jong.runtime.plan.Stage.PARENT;

import java.util.List;
import java.util.Optional;

/**
 * The operations of a plan. Their meaning is the table in docs/plan-format.md, with which a test
 * compares this list.
 */
public enum OpCode {
    NS_JOIN(1, BEFORE, U32, STR),
    NS_JOIN_PROCESS(2, BEFORE, U32, U64, U64),
    CLONE(3, BEFORE, U64),
    ID_MAPS(4, PARENT, U32, STR, STR),
    CGROUP_JOIN(5, BEFORE, STRS),
    OOM_SCORE_ADJ(6, PARENT, I32),
    RLIMIT(7, PARENT, U32, U64, U64),
    CGROUP_NAMESPACE(10, CHILD),
    ROOT_PROPAGATION(11, CHILD, U64),
    ROOTFS_BIND(12, CHILD, STR),
    ROOTFS_OVERLAY(13, CHILD, STRS, STR, STR, STR, STRS),
    MOUNT(14, CHILD, STR, STR, STR, U64, STR, U64, U32),
    BIND(15, CHILD, STR, STR, U32, U64, U64, U64, U64, U64),
    MKNOD(16, CHILD, STR, U32, U32, U32, U32, U32),
    SYMLINK(17, CHILD, STR, STR),
    CONSOLE(18, CHILD, U32, U32),
    PIVOT(19, CHILD, U32),
    ROOT_READONLY(20, CHILD),
    MASK_PATHS(21, CHILD, STRS),
    READONLY_PATHS(22, CHILD, STRS),
    HOSTNAME(23, CHILD, STR),
    DOMAINNAME(24, CHILD, STR),
    SYSCTL(25, CHILD, STR, STR),
    SETSID(26, CHILD),
    KEYRING(27, CHILD, STR, U32),
    LOOPBACK_UP(28, CHILD),
    ROOT_PROPAGATION_FINAL(29, CHILD, U64),
    UMASK(30, CHILD, U32),
    CWD(31, CHILD, STR, U32),
    USER_IDS(32, CHILD, U32, U32, U32S, U32),
    USER_LOOKUP(33, CHILD, STR, STRS),
    HOME(34, CHILD),
    CAPABILITIES(35, CHILD, U64, U64, U64, U64, U64),
    NO_NEW_PRIVS(36, CHILD),
    SECCOMP(37, CHILD, U32, BYTES),
    APPARMOR(38, CHILD, STR),
    SELINUX(39, CHILD, STR),
    PERSONALITY(40, CHILD, U64),
    SCHEDULER(41, CHILD, BYTES),
    IO_PRIORITY(42, CHILD, U32),
    TIME_OFFSETS(43, BEFORE, STR),
    HOOK(44, CHILD, STR, U32, STR, STRS, STRS, STRS),
    STDIO_OWNER(45, CHILD),
    WAIT_START(50, CHILD, STR),
    EXEC(51, CHILD, STRS, STRS, STR),
    PRESERVE_FDS(52, CHILD, U32),
    BIND_ID_MAP(53, CHILD, STR, STR, STR, U32),
    REMOUNT(54, CHILD, STR, U64, U64, STR, U64, U32),
    NET_DEVICE(55, CHILD, STR, STR),
    LATE_READ_ONLY(56, CHILD),
    FILE_LABEL(57, CHILD, STR, STR),
    CREATOR_HOOK(60, PARENT, STR, U32, STR, STRS, STRS, STRS),
    AWAIT_CREATOR_HOOKS(61, CHILD),
    SECCOMP_LISTENER(62, PARENT, STR, STRS),
    INITIAL_CPU_AFFINITY(63, BEFORE, BYTES),
    CPU_AFFINITY(64, CHILD, BYTES),
    MEMORY_POLICY(65, CHILD, U32, BYTES),
    CGROUP_DEVICES(70, PARENT, STR, BYTES, U32);

    private static final OpCode[] BY_CODE = byCode();

    private final int code;
    private final Stage stage;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
    private final List<FieldType> fields;

    OpCode(int code, Stage stage, FieldType... fields) {
        this.code = code;
        this.stage = stage;
        this.fields = List.of(fields);
    }

    /** The number in the binary form. */
    public int code() {
        return code;
    }

    /** Where Jong puts it. */
    public Stage stage() {
        return stage;
    }

    List<FieldType> fields() {
        return fields;
    }

    /** The operation of a number, if there is one. */
    public static Optional<OpCode> of(int code) {
        return code >= 0 && code < BY_CODE.length
                ? Optional.ofNullable(BY_CODE[code])
                : Optional.empty();
    }

    private static OpCode[] byCode() {
        int last = 0;
        for (OpCode op : values()) {
            last = Math.max(last, op.code);
        }
        var table = new OpCode[last + 1];
        for (OpCode op : values()) {
            table[op.code] = op;
        }
        return table;
    }
}
