package jong.linux.codecs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import jong.linux.calls.NativeLibrary;
import org.jspecify.annotations.Nullable;

/** liblz4 ({@code liblz4.so.1}), which compresses a block in a tenth of a millisecond. */
final class Liblz4Compressor implements Lz4Compressor {

    private static final FunctionDescriptor TYPE =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);

    private static final @Nullable Liblz4Compressor FOUND = find();

    private final MethodHandle compress;
    private final int version;

    Liblz4Compressor() {
        this(Objects.requireNonNull(FOUND).compress, FOUND.version);
    }

    private Liblz4Compressor(MethodHandle compress, int version) {
        this.compress = compress;
        this.version = version;
    }

    static boolean isAvailable() {
        return FOUND != null;
    }

    @Override
    public String implementation() {
        return "liblz4 " + version;
    }

    @Override
    public int compress(byte[] source, int length, byte[] target, int most) {
        Objects.checkFromIndexSize(0, length, Math.min(source.length, MAX_BYTES));
        Objects.checkFromIndexSize(0, most, target.length);
        int done = call(compress, source, target, length, most);
        return done == 0 ? -1 : done;
    }

    private static @Nullable Liblz4Compressor find() {
        Optional<NativeLibrary> library = NativeLibrary.open("liblz4.so.1");
        if (library.isEmpty()) {
            return null;
        }
        try {
            MethodHandle compress = library.get().functionOnHeap("LZ4_compress_default", TYPE);
            MethodHandle decompress = library.get().functionOnHeap("LZ4_decompress_safe", TYPE);
            var version =
                    library.get().function("LZ4_versionNumber", FunctionDescriptor.of(JAVA_INT));
            var found = new Liblz4Compressor(compress, number(version));
            return found.isRight(decompress) ? found : null;
        } catch (NoSuchElementException _) {
            return null;
        }
    }

    /** Whether a sample comes back. */
    private boolean isRight(MethodHandle decompress) {
        byte[] sample = new byte[MAX_BYTES];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (byte) ((i * i) >> 12);
        }
        byte[] block = new byte[sample.length];
        byte[] again = new byte[sample.length];
        int length = compress(sample, sample.length, block, 60_000);
        return length > 0
                && call(decompress, block, again, length, again.length) == sample.length
                && Arrays.equals(again, sample);
    }

    private static int number(MethodHandle function) {
        try {
            return (int) function.invokeExact();
        } catch (Throwable t) {
            throw NativeLibrary.unexpected(t);
        }
    }

    private static int call(
            MethodHandle function, byte[] source, byte[] target, int length, int most) {
        try {
            return (int)
                    function.invokeExact(
                            MemorySegment.ofArray(source),
                            MemorySegment.ofArray(target),
                            length,
                            most);
        } catch (Throwable t) {
            throw NativeLibrary.unexpected(t);
        }
    }
}
