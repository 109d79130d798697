package jong.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * What the native program does to make a process: operations in order, plain data
 * (docs/plan-format.md). An operation's index is its place in this list; errors name it.
 *
 * @param operations the steps
 * @param warnings what the configuration asks for and does not get, for its author to read
 */
public record Plan(List<Operation> operations, List<String> warnings) {

    public Plan {
        operations = List.copyOf(operations);
        warnings = List.copyOf(warnings);
    }

    /** A plan about which there is nothing to say. */
    public Plan(List<Operation> operations) {
        this(operations, List.of());
    }

    /** The binary form. */
    public byte[] encode() {
        return new PlanWriter().write(this);
    }

    /**
     * Reads the binary form.
     *
     * @throws IllegalArgumentException if the bytes are not exactly one plan of this version
     */
    public static Plan decode(byte[] bytes) {
        return new PlanReader(bytes).read();
    }

    /** One operation a line. */
    @Override
    public String toString() {
        return operations.stream().map(o -> o + "\n").collect(Collectors.joining());
    }

    /** Gathers operations; used by one thread. */
    static final class Builder {

        private final List<Operation> operations = new ArrayList<>(64);
        private final List<String> warnings = new ArrayList<>();

        /**
         * Appends an operation; the operands must have the types of its fields.
         *
         * @throws InvalidArgument if a text has a NUL inside, which no system call can take
         */
        void add(OpCode code, Object... operands) {
            for (Object operand : operands) {
                refuseNul(code, operand);
            }
            operations.add(new Operation(code, List.of(operands)));
        }

        /** Says what is not done as asked. */
        void warn(String text) {
            warnings.add(text);
        }

        private static void refuseNul(OpCode code, Object operand) {
            if (operand instanceof List<?> list) {
                list.forEach(element -> refuseNul(code, element));
            } else if (operand instanceof String text && text.indexOf('\0') >= 0) {
                throw new InvalidArgument(
                        code + ": NUL byte in \"" + text.replace("\0", "\\0") + "\"");
            }
        }

        Plan build() {
            return new Plan(operations, warnings);
        }
    }
}
