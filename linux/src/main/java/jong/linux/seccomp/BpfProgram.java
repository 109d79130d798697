package jong.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A finished seccomp filter.
 *
 * @param instructions 1 to 4096 of them, each way ending in a return
 */
public record BpfProgram(List<BpfInstruction> instructions) {
    /** BPF_MAXINSNS. */
    public static final int MOST_INSTRUCTIONS = 4096;

    private static final int INSTRUCTION_BYTES = 8;

    /** Copies the list and checks its length. */
    public BpfProgram {
        instructions = List.copyOf(instructions);
        if (instructions.isEmpty() || instructions.size() > MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "a filter has 1 to 4096 instructions, not " + instructions.size());
        }
    }

    /** An array of {@code struct sock_filter} in this machine's byte order. */
    public byte[] toBytes() {
        var bytes =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES)
                        .order(ByteOrder.nativeOrder());
        for (var instruction : instructions) {
            bytes.putShort((short) instruction.code())
                    .put((byte) instruction.whenTrue())
                    .put((byte) instruction.whenFalse())
                    .putInt(instruction.operand());
        }
        return bytes.array();
    }

    /** Reads what {@link #toBytes} wrote. */
    public static BpfProgram fromBytes(byte[] array) {
        var bytes = ByteBuffer.wrap(array).order(ByteOrder.nativeOrder());
        var instructions = new ArrayList<BpfInstruction>();
        while (bytes.hasRemaining()) {
            instructions.add(
                    new BpfInstruction(
                            Short.toUnsignedInt(bytes.getShort()),
                            Byte.toUnsignedInt(bytes.get()),
                            Byte.toUnsignedInt(bytes.get()),
                            bytes.getInt()));
        }
        return new BpfProgram(instructions);
    }

    /**
     * Runs the filter as the kernel would.
     *
     * @return the answer, SECCOMP_RET_*
     */
    public int run(SeccompData data) {
        int accumulator = 0;
        for (int at = 0; ; at++) {
            var instruction = instructions.get(at);
            int operand = instruction.operand();
            switch (instruction.code()) {
                case BpfInstruction.LOAD -> accumulator = data.word(operand);
                case BpfInstruction.AND -> accumulator &= operand;
                case BpfInstruction.JUMP -> at += operand;
                case BpfInstruction.RETURN -> {
                    return operand;
                }
                default ->
                        at +=
                                holds(instruction.code(), accumulator, operand)
                                        ? instruction.whenTrue()
                                        : instruction.whenFalse();
            }
        }
    }

    private static boolean holds(int code, int accumulator, int operand) {
        return switch (code) {
            case BpfInstruction.JUMP_EQUAL -> accumulator == operand;
            case BpfInstruction.JUMP_GREATER -> Integer.compareUnsigned(accumulator, operand) > 0;
            case BpfInstruction.JUMP_GREATER_OR_EQUAL ->
                    Integer.compareUnsigned(accumulator, operand) >= 0;
            case BpfInstruction.JUMP_ANY_BIT -> (accumulator & operand) != 0;
            default -> throw new IllegalStateException("no such instruction: " + code);
        };
    }

    /** One instruction a line. */
    @Override
    public String toString() {
        return instructions.stream()
                .map(BpfInstruction::toString)
                .collect(Collectors.joining("\n"));
    }
}
