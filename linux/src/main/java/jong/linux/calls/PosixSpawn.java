package jong.linux.calls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import jong.linux.ErrnoException;

/**
 * posix_spawn(3) of the C library. It starts a program from a process of any size in the same time
 * (it borrows the caller's memory, CLONE_VFORK), where fork would copy page tables and hang.
 *
 * <p>The child gets default signal actions, no blocked signals, and exactly the descriptors asked
 * for.
 */
public final class PosixSpawn {
    private static final MethodHandle SPAWN =
            NativeCall.function(
                    "posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ACTIONS_INIT =
            NativeCall.function("posix_spawn_file_actions_init", ADDRESS);
    private static final MethodHandle ACTIONS_DESTROY =
            NativeCall.function("posix_spawn_file_actions_destroy", ADDRESS);
    private static final MethodHandle ADD_DUP2 =
            NativeCall.function("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_CLOSE_FROM =
            NativeCall.function("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
    private static final MethodHandle ATTRIBUTES_INIT =
            NativeCall.function("posix_spawnattr_init", ADDRESS);
    private static final MethodHandle SET_FLAGS =
            NativeCall.function("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
    private static final MethodHandle SET_DEFAULT =
            NativeCall.function("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);
    private static final MethodHandle FILL_SIGNALS = NativeCall.function("sigfillset", ADDRESS);

    private static final short SET_SIGNALS = 0x04 | 0x08; // SETSIGDEF | SETSIGMASK (empty).
    private static final short SET_SIGNALS_AND_SID = SET_SIGNALS | 0x80;
    private static final int OPAQUE_BYTES = 1024; // More than any of the C library's structures.

    private PosixSpawn() {}

    /**
     * Starts a program.
     *
     * @param path the program's file
     * @param arguments NULL-terminated array of strings
     * @param environment NULL-terminated array of strings
     * @param descriptors numbers that become 0, 1, 2 …; none of them below their own count
     * @param newSession whether it leads a new session
     * @return the child's process id
     */
    public static int spawn(
            MemorySegment path,
            MemorySegment arguments,
            MemorySegment environment,
            int[] descriptors,
            boolean newSession)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var actions = arena.allocate(OPAQUE_BYTES, 16);
            var attributes = attributes(arena, newSession);
            check((int) ACTIONS_INIT.invokeExact(actions));
            try {
                for (int i = 0; i < descriptors.length; i++) {
                    check((int) ADD_DUP2.invokeExact(actions, descriptors[i], i));
                }
                check((int) ADD_CLOSE_FROM.invokeExact(actions, descriptors.length));
                var pid = arena.allocate(JAVA_INT);
                check(
                        (int)
                                SPAWN.invokeExact(
                                        pid, path, actions, attributes, arguments, environment));
                return pid.get(JAVA_INT, 0);
            } finally {
                check((int) ACTIONS_DESTROY.invokeExact(actions));
            }
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable t) {
            throw NativeCall.unexpected(t);
        }
    }

    private static MemorySegment attributes(Arena arena, boolean newSession) throws Throwable {
        var attributes = arena.allocate(OPAQUE_BYTES, 16);
        check((int) ATTRIBUTES_INIT.invokeExact(attributes));
        short flags = newSession ? SET_SIGNALS_AND_SID : SET_SIGNALS;
        check((int) SET_FLAGS.invokeExact(attributes, flags));
        var signals = arena.allocate(OPAQUE_BYTES, 16);
        check((int) FILL_SIGNALS.invokeExact(signals));
        check((int) SET_DEFAULT.invokeExact(attributes, signals));
        return attributes;
    }

    /** These functions return their error number, without errno. */
    private static void check(int error) throws ErrnoException {
        if (error != 0) {
            throw new ErrnoException("posix_spawn", "", error);
        }
    }
}
