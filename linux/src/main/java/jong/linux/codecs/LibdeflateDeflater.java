package jong.linux.codecs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import jong.linux.calls.NativeLibrary;
import org.jspecify.annotations.Nullable;

/**
 * libdeflate ({@code libdeflate.so.0}). Its bytes are copied to memory of its own and back: on the
 * heap they would keep the garbage collector waiting for as long as it compresses.
 */
final class LibdeflateDeflater implements RawDeflater {

    private static final int LEVEL = 6;

    private static final @Nullable Functions FUNCTIONS = find();

    private final Functions functions;
    private final MemorySegment compressor;
    private Arena arena = Arena.ofShared();
    private MemorySegment in = MemorySegment.NULL;
    private MemorySegment out = MemorySegment.NULL;
    private boolean closed;

    LibdeflateDeflater() {
        this(Objects.requireNonNull(FUNCTIONS));
    }

    private LibdeflateDeflater(Functions functions) {
        this.functions = functions;
        this.compressor = functions.allocate(LEVEL);
    }

    static boolean isAvailable() {
        return FUNCTIONS != null;
    }

    @Override
    public int deflate(byte[] source, int length, byte[] target, int start) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        reserve(length);
        MemorySegment.copy(source, 0, in, JAVA_BYTE, 0, length);
        long done = functions.compress(compressor, in, length, out);
        if (done == 0) {
            throw new IllegalStateException("libdeflate found no room for " + length + " bytes");
        }
        MemorySegment.copy(out, JAVA_BYTE, 0, target, start, (int) done);
        return (int) done;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            functions.free(compressor);
            arena.close();
        }
    }

    private void reserve(int length) {
        if (out.byteSize() > 0 && in.byteSize() >= length) {
            return;
        }
        arena.close();
        arena = Arena.ofShared();
        in = arena.allocate(Math.max(1, length));
        out = arena.allocate(RawDeflater.bound(length));
    }

    private static @Nullable Functions find() {
        Optional<NativeLibrary> library = NativeLibrary.open("libdeflate.so.0");
        if (library.isEmpty() || ADDRESS.byteSize() != 8) {
            return null;
        }
        try {
            Functions found = Functions.of(library.get());
            return isRight(found) ? found : null;
        } catch (NoSuchElementException _) {
            return null;
        }
    }

    /** Whether the JDK reads what comes out for a sample. */
    private static boolean isRight(Functions functions) {
        byte[] sample = new byte[100_000];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (byte) ((i * i) >> 7);
        }
        byte[] stream = new byte[RawDeflater.bound(sample.length)];
        byte[] result = new byte[sample.length + 1];
        try (var deflater = new LibdeflateDeflater(functions);
                var inflater = new Inflater(true)) {
            inflater.setInput(stream, 0, deflater.deflate(sample, sample.length, stream, 0));
            int length = inflater.inflate(result);
            return inflater.finished()
                    && inflater.getRemaining() == 0
                    && Arrays.equals(result, 0, length, sample, 0, sample.length);
        } catch (DataFormatException | IllegalStateException _) {
            return false;
        }
    }

    private record Functions(MethodHandle allocate, MethodHandle compress, MethodHandle free) {

        static Functions of(NativeLibrary library) {
            return new Functions(
                    library.function(
                            "libdeflate_alloc_compressor",
                            FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                    library.function(
                            "libdeflate_deflate_compress",
                            FunctionDescriptor.of(
                                    JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)),
                    library.function(
                            "libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS)));
        }

        MemorySegment allocate(int level) {
            MemorySegment compressor;
            try {
                compressor = (MemorySegment) allocate.invokeExact(level);
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
            if (compressor.address() == 0) {
                throw new OutOfMemoryError("libdeflate has no memory for a compressor");
            }
            return compressor;
        }

        long compress(MemorySegment compressor, MemorySegment in, long length, MemorySegment out) {
            try {
                return (long) compress.invokeExact(compressor, in, length, out, out.byteSize());
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
        }

        void free(MemorySegment compressor) {
            try {
                free.invokeExact(compressor);
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
        }
    }
}
