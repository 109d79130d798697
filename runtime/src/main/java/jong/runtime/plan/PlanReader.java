package jong.runtime.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads a plan's binary form as strictly as the native program does, so that tests see what it
 * would see. Used once, by one thread.
 */
final class PlanReader {

    private final ByteBuffer in;

    PlanReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Plan read() {
        try {
            byte[] magic = new byte[PlanFormat.MAGIC.length];
            in.get(magic);
            check(Arrays.equals(magic, PlanFormat.MAGIC), "magic");
            check(in.getInt() == PlanFormat.VERSION, "version");
            check(in.getInt() == in.limit(), "total length");
            List<Operation> operations = repeat(in.getInt(), this::operation);
            check(!in.hasRemaining(), "bytes after the last operation");
            return new Plan(operations);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("plan ends too early", e);
        }
    }

    private Operation operation() {
        int number = Short.toUnsignedInt(in.getShort());
        OpCode code =
                OpCode.of(number)
                        .orElseThrow(() -> new IllegalArgumentException("bad code " + number));
        check(in.getShort() == code.stage().number(), "stage");
        int end = Math.addExact(in.getInt(), in.position());
        var operands = new ArrayList<>();
        code.fields().forEach(type -> operands.add(operand(type)));
        check(in.position() == end, "payload length of " + code);
        return new Operation(code, operands);
    }

    private Object operand(FieldType type) {
        return switch (type) {
            case U32, I32 -> in.getInt();
            case U64, I64 -> in.getLong();
            case STR -> str();
            case BYTES -> bytes();
            case STRS -> repeat(in.getInt(), this::str);
            case U32S -> repeat(in.getInt(), in::getInt);
        };
    }

    private String str() {
        byte[] bytes = bytes();
        int last = bytes.length - 1;
        check(last >= 0 && bytes[last] == 0, "final NUL");
        for (int i = 0; i < last; i++) {
            check(bytes[i] != 0, "NUL inside a string");
        }
        return new String(bytes, 0, last, UTF_8);
    }

    private byte[] bytes() {
        int length = in.getInt();
        check(length >= 0 && length <= in.remaining(), "length");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private <T> List<T> repeat(int count, Supplier<T> element) {
        check(count >= 0 && count <= in.remaining(), "count");
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private static void check(boolean sound, String what) {
        if (!sound) {
            throw new IllegalArgumentException("plan is not sound: " + what);
        }
    }
}
