package jong.linux.seccomp;

/**
 * One instruction of classic BPF: {@code struct sock_filter} (include/uapi/linux/filter.h).
 *
 * @param code what it does, one of the constants here
 * @param whenTrue instructions to skip when a condition holds, 0–255
 * @param whenFalse instructions to skip when it does not, 0–255
 * @param operand the constant, offset or far jump's distance
 */
public record BpfInstruction(int code, int whenTrue, int whenFalse, int operand) {
    /** A = the word at an offset of seccomp_data. */
    public static final int LOAD = 0x20;

    /** A &= operand. */
    public static final int AND = 0x54;

    /** Skip operand instructions. */
    public static final int JUMP = 0x05;

    /** If A = operand. */
    public static final int JUMP_EQUAL = 0x15;

    /** If A &gt; operand, unsigned. */
    public static final int JUMP_GREATER = 0x25;

    /** If A ≥ operand, unsigned. */
    public static final int JUMP_GREATER_OR_EQUAL = 0x35;

    /** If A &amp; operand ≠ 0. */
    public static final int JUMP_ANY_BIT = 0x45;

    /** End with operand as the answer. */
    public static final int RETURN = 0x06;

    /** Checks the ranges of the skips. */
    public BpfInstruction {
        if ((whenTrue | whenFalse) >>> 8 != 0) {
            throw new IllegalArgumentException("jump too far: " + whenTrue + ", " + whenFalse);
        }
    }

    /** As an assembler would write it, such as {@code jeq 0x3b 0 1}. */
    @Override
    public String toString() {
        var constant = "0x" + Integer.toHexString(operand);
        return switch (code) {
            case LOAD -> "ld [" + operand + "]";
            case AND -> "and " + constant;
            case JUMP -> "ja " + operand;
            case JUMP_EQUAL -> "jeq " + constant + " " + whenTrue + " " + whenFalse;
            case JUMP_GREATER -> "jgt " + constant + " " + whenTrue + " " + whenFalse;
            case JUMP_GREATER_OR_EQUAL -> "jge " + constant + " " + whenTrue + " " + whenFalse;
            case JUMP_ANY_BIT -> "jset " + constant + " " + whenTrue + " " + whenFalse;
            case RETURN -> "ret " + constant;
            default -> "code 0x" + Integer.toHexString(code) + " " + constant;
        };
    }
}
