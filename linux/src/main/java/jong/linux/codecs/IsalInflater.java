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
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import jong.linux.calls.NativeLibrary;
import org.jspecify.annotations.Nullable;

/**
 * ISA-L's igzip ({@code libisal.so.2}).
 *
 * <p>The library shares a structure with its caller, {@code struct inflate_state}. Its first fields
 * and the place of {@code block_state} are those of ISA-L 2.30 and 2.31 on 64-bit machines; whether
 * they are the loaded library's is tried on a sample before it is used.
 */
final class IsalInflater implements RawInflater {

    private static final int NEXT_OUT = 0;
    private static final int AVAIL_OUT = 8;
    private static final int NEXT_IN = 16;
    private static final int AVAIL_IN = 32;
    private static final int READ_IN_LENGTH = 36;
    private static final int BLOCK_STATE = 21160;
    private static final int BLOCK_FINISH = 5;

    /** Three times as much as the structure has, should it grow. */
    private static final int STATE_BYTES = 256 * 1024;

    private static final int IN_BYTES = 64 * 1024;
    private static final int OUT_BYTES = 256 * 1024;

    private static final @Nullable Functions FUNCTIONS = find();

    private final Functions functions;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE_BYTES, 64);
    private final MemorySegment in = arena.allocate(IN_BYTES);
    private final MemorySegment out = arena.allocate(OUT_BYTES);

    /** The input that did not fit into the native buffer yet. */
    private byte[] source = new byte[0];

    private int position;
    private int end;

    /** Whether the last call filled its output, so that more may come without input. */
    private boolean full;

    IsalInflater() {
        this(java.util.Objects.requireNonNull(FUNCTIONS));
    }

    private IsalInflater(Functions functions) {
        this.functions = functions;
        reset();
    }

    static boolean isAvailable() {
        return FUNCTIONS != null;
    }

    @Override
    public void input(byte[] bytes, int start, int length) {
        if (availableIn() > 0 || position < end) {
            throw new IllegalStateException("input is left");
        }
        source = bytes;
        position = start;
        end = start + length;
        feed();
    }

    @Override
    public int inflate(byte[] target, int start, int length) throws DataFormatException {
        int wanted = Math.min(length, OUT_BYTES);
        int done = 0;
        while (done == 0 && wanted > 0 && !finished()) {
            feed();
            state.set(JAVA_LONG, NEXT_OUT, out.address());
            state.set(JAVA_INT, AVAIL_OUT, wanted);
            int before = availableIn();
            int status = functions.inflate(state);
            done = wanted - state.get(JAVA_INT, AVAIL_OUT);
            full = done == wanted;
            if (status < 0) {
                throw new DataFormatException("invalid deflate stream (" + status + ")");
            }
            if (done == 0 && before == availableIn() && position == end) {
                break; // It wants more.
            }
        }
        MemorySegment.copy(out, JAVA_BYTE, 0, target, start, done);
        return done;
    }

    @Override
    public boolean needsInput() {
        return availableIn() == 0 && position == end && !full && !finished();
    }

    @Override
    public boolean finished() {
        return state.get(JAVA_INT, BLOCK_STATE) == BLOCK_FINISH;
    }

    /** Whole bytes that wait in the bit buffer were not used either. */
    @Override
    public int remainingInput() {
        return (finished() ? state.get(JAVA_INT, READ_IN_LENGTH) / 8 : 0)
                + availableIn()
                + end
                - position;
    }

    @Override
    public void reset() {
        functions.init(state);
        state.set(JAVA_INT, AVAIL_IN, 0);
        position = 0;
        end = 0;
        full = false;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private int availableIn() {
        return state.get(JAVA_INT, AVAIL_IN);
    }

    private void feed() {
        if (availableIn() > 0 || position == end) {
            return;
        }
        int length = Math.min(IN_BYTES, end - position);
        MemorySegment.copy(source, position, in, JAVA_BYTE, 0, length);
        position += length;
        state.set(JAVA_LONG, NEXT_IN, in.address());
        state.set(JAVA_INT, AVAIL_IN, length);
    }

    private static @Nullable Functions find() {
        Optional<NativeLibrary> library = NativeLibrary.open("libisal.so.2");
        if (library.isEmpty() || ADDRESS.byteSize() != 8) {
            return null;
        }
        try {
            var found =
                    new Functions(
                            library.get()
                                    .function(
                                            "isal_inflate_init",
                                            FunctionDescriptor.ofVoid(ADDRESS)),
                            library.get()
                                    .function(
                                            "isal_inflate",
                                            FunctionDescriptor.of(JAVA_INT, ADDRESS)));
            return isRight(found) ? found : null;
        } catch (NoSuchElementException _) {
            return null;
        }
    }

    /** Tries a sample that goes in and comes out in pieces, with bytes behind its end. */
    private static boolean isRight(Functions functions) {
        byte[] sample = new byte[100_000];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (byte) ((i * i) >> 7);
        }
        byte[] stream = new byte[sample.length];
        int length;
        try (var deflater = new Deflater(6, true)) {
            deflater.setInput(sample);
            deflater.finish();
            length = deflater.deflate(stream);
        }
        byte[] result = new byte[sample.length + 1];
        try (var inflater = new IsalInflater(functions)) {
            inflater.input(stream, 0, length / 2);
            int done = inflater.inflateAll(result, 0);
            inflater.input(stream, length / 2, length + 10 - length / 2);
            done = inflater.inflateAll(result, done);
            return done == sample.length
                    && inflater.finished()
                    && inflater.remainingInput() == 10
                    && Arrays.equals(result, 0, done, sample, 0, done);
        } catch (DataFormatException _) {
            return false;
        }
    }

    private int inflateAll(byte[] target, int from) throws DataFormatException {
        int end = from;
        int count;
        do {
            count = inflate(target, end, Math.min(30_000, target.length - end));
            end += count;
        } while (count > 0);
        return end;
    }

    private record Functions(MethodHandle init, MethodHandle inflate) {

        void init(MemorySegment state) {
            try {
                init.invokeExact(state);
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
        }

        int inflate(MemorySegment state) {
            try {
                return (int) inflate.invokeExact(state);
            } catch (Throwable t) {
                throw NativeLibrary.unexpected(t);
            }
        }
    }
}
