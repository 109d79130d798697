package jong.runtime.plan;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of a plan.
 *
 * @param code what is done
 * @param operands with what, in the order and types of the documented fields
 */
public record Operation(OpCode code, List<Object> operands) {

    /** Bytes longer than this are shown by length and hash only. */
    private static final int SHOWN_BYTES = 32;

    public Operation {
        operands = List.copyOf(operands);
        if (!fits(code.fields(), operands)) {
            throw new IllegalArgumentException(code + " does not take " + operands);
        }
    }

    /** The operand at {@code index} as text; it must be a string. */
    public String text(int index) {
        return (String) operands.get(index);
    }

    /** The operand at {@code index} as a list of strings; it must be one. */
    @SuppressWarnings("unchecked")
    public List<String> texts(int index) {
        return (List<String>) operands.get(index);
    }

    private static boolean fits(List<FieldType> fields, List<Object> operands) {
        if (fields.size() != operands.size()) {
            return false;
        }
        for (int i = 0; i < operands.size(); i++) {
            if (!fields.get(i).accepts(operands.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** One line that a person can read; the golden files consist of them. */
    @Override
    public String toString() {
        var line = new StringBuilder().append(code.stage()).append(' ').append(code);
        for (int i = 0; i < operands.size(); i++) {
            boolean signed = code.fields().get(i) == FieldType.I32;
            line.append(' ').append(signed ? operands.get(i).toString() : show(operands.get(i)));
        }
        return line.toString();
    }

    private static String show(Object operand) {
        return switch (operand) {
            case Integer number -> Integer.toUnsignedString(number);
            case Long number -> "0x" + Long.toHexString(number);
            case String text -> '"' + text.replace("\\", "\\\\").replace("\n", "\\n") + '"';
            case byte[] bytes when bytes.length > SHOWN_BYTES ->
                    bytes.length
                            + " bytes #"
                            + Integer.toHexString(java.util.Arrays.hashCode(bytes));
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case List<?> list ->
                    list.stream().map(Operation::show).collect(Collectors.joining(", ", "[", "]"));
            default -> throw new IllegalStateException("not an operand: " + operand);
        };
    }
}
