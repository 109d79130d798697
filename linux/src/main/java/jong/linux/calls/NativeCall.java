package jong.linux.calls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import jong.linux.Errno;
import jong.linux.ErrnoException;

/**
 * System calls by number, through the C library's {@code syscall(2)}.
 *
 * <p>Results follow the kernel's own convention: a negative value is the error number, negated. It
 * is captured in memory of the call alone, so threads cannot see each other's errors. All other
 * arguments are integers or addresses of native memory, which the caller keeps alive.
 */
@SuppressWarnings("restricted") // This class is where the module calls native code.
public final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO =
            CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));

    private NativeCall() {}

    /** A system call without arguments. */
    public static long of(Syscall call) {
        return of(call, 0, 0, 0, 0, 0, 0);
    }

    /** A system call with one argument. */
    public static long of(Syscall call, long a) {
        return of(call, a, 0, 0, 0, 0, 0);
    }

    /** A system call with two arguments. */
    public static long of(Syscall call, long a, long b) {
        return of(call, a, b, 0, 0, 0, 0);
    }

    /** A system call with three arguments. */
    public static long of(Syscall call, long a, long b, long c) {
        return of(call, a, b, c, 0, 0, 0);
    }

    /** A system call with four arguments. */
    public static long of(Syscall call, long a, long b, long c, long d) {
        return of(call, a, b, c, d, 0, 0);
    }

    /** A system call with five arguments. */
    public static long of(Syscall call, long a, long b, long c, long d, long e) {
        return of(call, a, b, c, d, e, 0);
    }

    /**
     * A system call; begun again while a signal interrupts it, save for close, whose descriptor is
     * gone even then.
     *
     * @return the result, or the negated error number
     */
    public static long of(Syscall call, long a, long b, long c, long d, long e, long f) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CAPTURE);
            long result;
            do {
                result = (long) SYSCALL.invokeExact(state, (long) call.number(), a, b, c, d, e, f);
                if (result == -1) {
                    result = -state.get(JAVA_INT, ERRNO);
                }
            } while (result == -Errno.EINTR.number() && call != Syscall.CLOSE);
            return result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** A function of the C library with an {@code int} result, for the classes of this package. */
    static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** Downcalls declare Throwable but throw only unchecked exceptions. */
    static IllegalStateException unexpected(Throwable t) {
        if (t instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (t instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(t);
    }

    /**
     * The result of a call that must succeed.
     *
     * @throws ErrnoException if {@code result} is negative
     */
    public static long check(long result, Syscall call, Object... arguments) throws ErrnoException {
        if (result < 0) {
            throw failure(result, call, arguments);
        }
        return result;
    }

    /** The exception for a negative result. */
    public static ErrnoException failure(long result, Syscall call, Object... arguments) {
        var text = new StringBuilder();
        for (var argument : arguments) {
            text.append(text.isEmpty() ? "" : " ").append(argument);
        }
        return new ErrnoException(call.label(), text.toString(), (int) -result);
    }

    /** Native memory holding {@code bytes} and a final NUL. */
    public static MemorySegment terminated(Arena arena, byte[] bytes) {
        var segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }
}
