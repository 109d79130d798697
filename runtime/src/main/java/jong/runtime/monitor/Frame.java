package jong.runtime.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message: its kind and its payload.
 *
 * @param type the kind
 * @param payload the fields, little-endian; read by one thread
 */
record Frame(FrameType type, ByteBuffer payload) {

    /** The protocol's limit on a payload. */
    static final int LIMIT = 16 << 20;

    static final int HEADER = Integer.BYTES + 1;

    /** The next field as an error that the monitor told. */
    MonitorException error() throws IOException {
        return read(() ->
                new MonitorException(payload.getInt(), payload.getInt(), payload.getInt(), str()));
    }

    String text() throws IOException {
        return read(this::str);
    }

    int u32() throws IOException {
        return read(payload::getInt);
    }

    long u64() throws IOException {
        return read(payload::getLong);
    }

    private String str() {
        int length = payload.getInt();
        if (length < 1 || length > payload.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        payload.get(bytes);
        return new String(bytes, 0, length - 1, UTF_8);
    }

    private <T> T read(java.util.function.Supplier<T> field) throws IOException {
        try {
            return field.get();
        } catch (BufferUnderflowException e) {
            throw new IOException("the monitor's " + type + " reply is too short", e);
        }
    }

    /** Gathers a request; used by one thread. */
    static final class Writer {
        private final FrameType type;
        private final ByteArrayOutputStream fields = new ByteArrayOutputStream(64);

        Writer(FrameType type) {
            this.type = type;
        }

        Writer u32(int value) {
            fields.writeBytes(little(Integer.BYTES).putInt(value).array());
            return this;
        }

        Writer u64(long value) {
            fields.writeBytes(little(Long.BYTES).putLong(value).array());
            return this;
        }

        Writer str(String text) {
            byte[] utf8 = text.getBytes(UTF_8);
            u32(utf8.length + 1);
            fields.writeBytes(utf8);
            fields.write(0);
            return this;
        }

        Writer bytes(byte[] bytes) {
            u32(bytes.length);
            fields.writeBytes(bytes);
            return this;
        }

        /** Header and payload. */
        ByteBuffer frame() {
            return little(HEADER + fields.size())
                    .putInt(fields.size())
                    .put(type.number())
                    .put(fields.toByteArray())
                    .flip();
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
