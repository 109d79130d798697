package jong.runtime.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes a plan's binary form. Used once, by one thread. */
final class PlanWriter {

    private static final int LENGTH_AT = PlanFormat.MAGIC.length + Integer.BYTES;

    private ByteBuffer out = ByteBuffer.allocate(16 << 10).order(ByteOrder.LITTLE_ENDIAN);

    byte[] write(Plan plan) {
        out.put(PlanFormat.MAGIC).putInt(PlanFormat.VERSION).putInt(0);
        out.putInt(plan.operations().size());
        plan.operations().forEach(this::operation);
        out.putInt(LENGTH_AT, out.position());
        return Arrays.copyOf(out.array(), out.position());
    }

    private void operation(Operation operation) {
        OpCode code = operation.code();
        room(2 * Short.BYTES + Integer.BYTES);
        out.putShort((short) code.code()).putShort((short) code.stage().number());
        int lengthAt = out.position();
        out.putInt(0);
        for (int i = 0; i < operation.operands().size(); i++) {
            operand(code.fields().get(i), operation.operands().get(i));
        }
        out.putInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
    }

    private void operand(FieldType type, Object value) {
        switch (type) {
            case U32, I32 -> u32((Integer) value);
            case U64, I64 -> {
                room(Long.BYTES);
                out.putLong((Long) value);
            }
            case STR -> str((String) value);
            case BYTES -> bytes((byte[]) value);
            case STRS -> list(value).forEach(element -> str((String) element));
            case U32S -> list(value).forEach(element -> u32((Integer) element));
        }
    }

    private List<?> list(Object value) {
        List<?> list = (List<?>) value;
        u32(list.size());
        return list;
    }

    private void str(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        u32(utf8.length + 1);
        raw(utf8);
        room(1);
        out.put((byte) 0);
    }

    private void bytes(byte[] bytes) {
        u32(bytes.length);
        raw(bytes);
    }

    private void u32(int value) {
        room(Integer.BYTES);
        out.putInt(value);
    }

    private void raw(byte[] bytes) {
        room(bytes.length);
        out.put(bytes);
    }

    private void room(int more) {
        if (out.remaining() < more) {
            int size = Math.max(2 * out.capacity(), out.position() + more);
            out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
        }
    }
}
