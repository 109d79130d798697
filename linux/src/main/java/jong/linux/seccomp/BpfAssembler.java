package jong.linux.seccomp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a BPF program with labels. Conditional jumps reach 255 instructions; where a label lies
 * further, {@link #assemble} puts a long jump in between.
 *
 * {@snippet :
 * var assembler = new BpfAssembler();
 * var deny = assembler.label();
 * assembler.load(SeccompData.NUMBER);
 * assembler.jumpUnless(BpfInstruction.JUMP_EQUAL, 39, deny);
 * assembler.giveBack(SECCOMP_RET_ALLOW);
 * assembler.place(deny);
 * assembler.giveBack(SECCOMP_RET_ERRNO | EPERM);
 * }
 *
 * <p>For one thread.
 */
public final class BpfAssembler {
    private static final int NEAR = 255;

    /** A place in the program; jumps go forward only, as the kernel demands. */
    public static final class Label {
        private int step = -1;

        private Label() {}
    }

    /** An instruction as written, its targets still labels; null is the next instruction. */
    private record Step(int code, int operand, @Nullable Label yes, @Nullable Label no) {}

    private final List<Step> steps = new ArrayList<>();

    /** An empty program. */
    public BpfAssembler() {}

    /** A label to be {@linkplain #place placed} later. */
    public Label label() {
        return new Label();
    }

    /** The label means the next instruction written. */
    public void place(Label label) {
        if (label.step >= 0) {
            throw new IllegalStateException("label placed twice");
        }
        label.step = steps.size();
    }

    /** A = the word at an offset, see {@link SeccompData}. */
    public void load(int offset) {
        steps.add(new Step(BpfInstruction.LOAD, offset, null, null));
    }

    /** A &amp;= mask. */
    public void and(int mask) {
        steps.add(new Step(BpfInstruction.AND, mask, null, null));
    }

    /** Goes to a label. */
    public void jump(Label target) {
        steps.add(new Step(BpfInstruction.JUMP, 0, target, null));
    }

    /** Goes to a label when the condition, a JUMP_* code, holds for A and the operand. */
    public void jumpIf(int condition, int operand, Label target) {
        steps.add(new Step(condition, operand, target, null));
    }

    /** Goes to a label when the condition does not hold. */
    public void jumpUnless(int condition, int operand, Label target) {
        steps.add(new Step(condition, operand, null, target));
    }

    /** Goes to one of two labels. */
    public void branch(int condition, int operand, Label yes, Label no) {
        steps.add(new Step(condition, operand, yes, no));
    }

    /** Ends with an answer. */
    public void giveBack(int answer) {
        steps.add(new Step(BpfInstruction.RETURN, answer, null, null));
    }

    /**
     * The finished program.
     *
     * @throws IllegalStateException when a label was not placed after its jumps
     */
    public BpfProgram assemble() {
        var far = new boolean[steps.size()];
        int[] starts = starts(far);
        while (markFar(starts, far)) {
            starts = starts(far);
        }
        var program = new ArrayList<BpfInstruction>();
        for (int i = 0; i < steps.size(); i++) {
            write(steps.get(i), i, far[i], starts, program);
        }
        return new BpfProgram(program);
    }

    /** Where each step starts, when a far conditional takes three instructions. */
    private int[] starts(boolean[] far) {
        var starts = new int[steps.size() + 1];
        for (int i = 0; i < steps.size(); i++) {
            starts[i + 1] = starts[i] + (far[i] ? 3 : 1);
        }
        return starts;
    }

    private boolean markFar(int[] starts, boolean[] far) {
        boolean changed = false;
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            if (far[i] || step.code() == BpfInstruction.JUMP) {
                continue;
            }
            far[i] =
                    distance(step.yes(), i, starts) > NEAR || distance(step.no(), i, starts) > NEAR;
            changed |= far[i];
        }
        return changed;
    }

    /** Instructions to skip from the one after step {@code i}'s first. */
    private static int distance(@Nullable Label target, int i, int[] starts) {
        if (target == null) {
            return starts[i + 1] - starts[i] - 1;
        }
        if (target.step <= i) {
            throw new IllegalStateException("a label was not placed after its jump");
        }
        return starts[target.step] - starts[i] - 1;
    }

    private static void write(
            Step step, int i, boolean far, int[] starts, List<BpfInstruction> program) {
        int yes = distance(step.yes(), i, starts);
        int no = distance(step.no(), i, starts);
        if (step.code() == BpfInstruction.JUMP) {
            program.add(new BpfInstruction(step.code(), 0, 0, yes));
        } else if (far) {
            program.add(new BpfInstruction(step.code(), 0, 1, step.operand()));
            program.add(new BpfInstruction(BpfInstruction.JUMP, 0, 0, yes - 1));
            program.add(new BpfInstruction(BpfInstruction.JUMP, 0, 0, no - 2));
        } else {
            program.add(new BpfInstruction(step.code(), yes, no, step.operand()));
        }
    }
}
