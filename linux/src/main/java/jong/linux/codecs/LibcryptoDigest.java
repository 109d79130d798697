package jong.linux.codecs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigestSpi;
import jong.linux.calls.NativeLibrary;

/**
 * A computation by libcrypto. Its state is a plain structure, so it can be copied, and goes when
 * the object does.
 */
final class LibcryptoDigest extends MessageDigestSpi implements Cloneable {

    /** At most this much at once, some 40 µs, for the garbage collector may wait for it. */
    private static final int SLICE = 64 * 1024;

    private final NativeDigests.Functions functions;
    private final int digestBytes;
    private final MemorySegment context;
    private final MemorySegment result;

    LibcryptoDigest(NativeDigests.Functions functions, int contextBytes, int digestBytes) {
        this.functions = functions;
        this.digestBytes = digestBytes;
        var arena = Arena.ofAuto();
        this.context = arena.allocate(contextBytes, 16);
        this.result = arena.allocate(digestBytes);
        engineReset();
    }

    @Override
    public LibcryptoDigest clone() {
        var copy = new LibcryptoDigest(functions, (int) context.byteSize(), digestBytes);
        copy.context.copyFrom(context);
        return copy;
    }

    @Override
    protected int engineGetDigestLength() {
        return digestBytes;
    }

    @Override
    protected void engineUpdate(byte input) {
        engineUpdate(new byte[] {input}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        update(MemorySegment.ofArray(input).asSlice(offset, length));
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
        update(MemorySegment.ofBuffer(input));
        input.position(input.limit());
    }

    @Override
    protected byte[] engineDigest() {
        try {
            check((int) functions.end().invokeExact(result, context));
        } catch (Throwable t) {
            throw NativeLibrary.unexpected(t);
        }
        engineReset();
        return result.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    protected void engineReset() {
        try {
            check((int) functions.init().invokeExact(context));
        } catch (Throwable t) {
            throw NativeLibrary.unexpected(t);
        }
    }

    private void update(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); at += SLICE) {
            long length = Math.min(SLICE, bytes.byteSize() - at);
            try {
                check(
                        (int)
                                functions
                                        .update()
                                        .invokeExact(context, bytes.asSlice(at, length), length));
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
        }
    }

    private static void check(int success) {
        if (success != 1) {
            throw new IllegalStateException("libcrypto refused to hash");
        }
    }
}
