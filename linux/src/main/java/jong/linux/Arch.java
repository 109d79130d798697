package jong.linux;

/** The processor architectures whose system calls this module knows. */
public enum Arch {
    /**
     * 64-bit x86; its kernels also run {@link #I386} and, where built in, {@link #X32} programs.
     */
    X86_64("x86_64", 0xC000003E),
    /** 32-bit x86. */
    I386("i386", 0x40000003),
    /**
     * x86-64 with 32-bit pointers. It shares {@link #X86_64}'s audit number; its system calls are
     * told apart by bit 30 of the number.
     */
    X32("x32", 0xC000003E),
    /** 64-bit ARM. */
    AARCH64("aarch64", 0xC00000B7);

    private static final Arch HOST = ofJavaName(System.getProperty("os.arch", ""));

    private final String machine;
    private final int audit;

    Arch(String machine, int audit) {
        this.machine = machine;
        this.audit = audit;
    }

    /** As {@code uname -m} has it (x32 has no uname name of its own). */
    public String machine() {
        return machine;
    }

    /** AUDIT_ARCH_*, as seccomp_data.arch holds it (include/uapi/linux/audit.h). */
    public int auditNumber() {
        return audit;
    }

    /** The architecture this program runs on. */
    public static Arch host() {
        return HOST;
    }

    private static Arch ofJavaName(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> throw new IllegalStateException("unsupported processor: " + name);
        };
    }
}
