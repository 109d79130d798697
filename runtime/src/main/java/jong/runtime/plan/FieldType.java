package jong.runtime.plan;

import java.util.List;

/**
 * How an operand is encoded in a plan. The documented word is the constant's name in lower case.
 */
enum FieldType {
    U32(Integer.class),
    I32(Integer.class),
    U64(Long.class),
    I64(Long.class),
    STR(String.class),
    BYTES(byte[].class),
    STRS(List.class),
    U32S(List.class);

    private final Class<?> javaType;

    FieldType(Class<?> javaType) {
        this.javaType = javaType;
    }

    /** Whether {@code operand} can be encoded as this type. */
    boolean accepts(Object operand) {
        return javaType.isInstance(operand)
                && (this != STRS || elementsAre(operand, String.class))
                && (this != U32S || elementsAre(operand, Integer.class));
    }

    private static boolean elementsAre(Object operand, Class<?> type) {
        return operand instanceof List<?> list && list.stream().allMatch(type::isInstance);
    }
}
