package jong.runtime.seccomp;

import java.util.Set;
import jong.linux.seccomp.BpfAssembler;
import jong.linux.seccomp.BpfInstruction;
import jong.linux.seccomp.SeccompData;
import jong.oci.runtime.SeccompSpec;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A condition on one argument. BPF has 32-bit words, so each comparison looks at the upper half
 * first and at the lower one only when the upper halves are equal.
 *
 * @param index which argument, 0 to 5
 * @param operator such as {@code SCMP_CMP_EQ}
 * @param mask what of the argument counts
 * @param value what it is compared with
 */
record ArgumentTest(int index, String operator, long mask, long value) {

    private static final int MOST = 5;
    private static final int WORD = 32;
    static final Set<String> OPERATORS =
            Set.of(
                    "SCMP_CMP_NE",
                    "SCMP_CMP_LT",
                    "SCMP_CMP_LE",
                    "SCMP_CMP_EQ",
                    "SCMP_CMP_GE",
                    "SCMP_CMP_GT",
                    "SCMP_CMP_MASKED_EQ");

    static ArgumentTest of(SeccompSpec.Argument argument) {
        if (!OPERATORS.contains(argument.operator())) {
            throw new InvalidArgument(
                    "string " + argument.operator() + " is not a valid operator for seccomp");
        }
        if (argument.index() < 0 || argument.index() > MOST) {
            throw new InvalidArgument("seccomp: no argument " + argument.index());
        }
        boolean masked = argument.operator().equals("SCMP_CMP_MASKED_EQ");
        long mask = masked ? argument.value() : -1;
        long value = masked ? argument.valueTwo() & mask : argument.value();
        return new ArgumentTest(argument.index(), argument.operator(), mask, value);
    }

    /** Writes instructions that fall through when it holds and go to {@code otherwise} if not. */
    void write(BpfAssembler out, BpfAssembler.Label otherwise) {
        BpfAssembler.Label holds = out.label();
        switch (operator) {
            case "SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ" -> {
                loadHigh(out);
                out.jumpUnless(BpfInstruction.JUMP_EQUAL, high(), otherwise);
                loadLow(out);
                out.jumpUnless(BpfInstruction.JUMP_EQUAL, low(), otherwise);
            }
            case "SCMP_CMP_NE" -> {
                loadHigh(out);
                out.jumpUnless(BpfInstruction.JUMP_EQUAL, high(), holds);
                loadLow(out);
                out.jumpIf(BpfInstruction.JUMP_EQUAL, low(), otherwise);
            }
            case "SCMP_CMP_GT" -> greater(out, BpfInstruction.JUMP_GREATER, holds, otherwise);
            case "SCMP_CMP_GE" ->
                    greater(out, BpfInstruction.JUMP_GREATER_OR_EQUAL, holds, otherwise);
            case "SCMP_CMP_LE" -> less(out, BpfInstruction.JUMP_GREATER, holds, otherwise);
            default -> less(out, BpfInstruction.JUMP_GREATER_OR_EQUAL, holds, otherwise);
        }
        out.place(holds);
    }

    private void greater(
            BpfAssembler out,
            int lowCondition,
            BpfAssembler.Label holds,
            BpfAssembler.Label otherwise) {
        loadHigh(out);
        out.jumpIf(BpfInstruction.JUMP_GREATER, high(), holds);
        out.jumpUnless(BpfInstruction.JUMP_EQUAL, high(), otherwise);
        loadLow(out);
        out.jumpUnless(lowCondition, low(), otherwise);
    }

    private void less(
            BpfAssembler out,
            int lowCondition,
            BpfAssembler.Label holds,
            BpfAssembler.Label otherwise) {
        loadHigh(out);
        out.jumpIf(BpfInstruction.JUMP_GREATER, high(), otherwise);
        out.jumpUnless(BpfInstruction.JUMP_EQUAL, high(), holds);
        loadLow(out);
        out.jumpIf(lowCondition, low(), otherwise);
    }

    private void loadHigh(BpfAssembler out) {
        out.load(SeccompData.argumentHigh(index));
        maskWith(out, (int) (mask >>> WORD));
    }

    private void loadLow(BpfAssembler out) {
        out.load(SeccompData.argumentLow(index));
        maskWith(out, (int) mask);
    }

    private static void maskWith(BpfAssembler out, int mask) {
        if (mask != -1) {
            out.and(mask);
        }
    }

    private int high() {
        return (int) (value >>> WORD);
    }

    private int low() {
        return (int) value;
    }
}
