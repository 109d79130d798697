package jong.manager.snapshots;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Counts the system calls by which a thread changes files, mounts or the database, and kills the
 * process in front of one of them: each is held by seccomp until it is let go (seccomp_unotify(2)).
 */
final class StepCounter {

    /** Of x86-64: those that change something, by this program's own hand or the libraries'. */
    private static final List<Integer> CALLS =
            List.of(
                    1, // write
                    18, // pwrite64
                    74, // fsync
                    75, // fdatasync
                    76, // truncate
                    77, // ftruncate
                    82, // rename
                    83, // mkdir
                    84, // rmdir
                    87, // unlink
                    90, // chmod
                    91, // fchmod
                    165, // mount
                    166, // umount2
                    188, // setxattr
                    197, // removexattr
                    258, // mkdirat
                    259, // mknodat
                    260, // fchownat
                    263, // unlinkat
                    265, // linkat
                    266, // symlinkat
                    268, // fchmodat
                    280, // utimensat
                    316, // renameat2
                    326, // copy_file_range
                    429, // move_mount
                    431, // fsconfig
                    432, // fsmount
                    437, // openat2
                    452); // fchmodat2

    private static final int SECCOMP = 317;
    private static final int SET_MODE_FILTER = 1;
    private static final int NEW_LISTENER = 8;
    private static final int ALLOW = 0x7fff0000;
    private static final int NOTIFY = 0x7fc00000;
    private static final int IOCTL = 16;
    private static final int KILL = 62;
    private static final long RECEIVE = 0xc0502100L;
    private static final long SEND = 0xc0182101L;
    private static final long NOTIFICATION_BYTES = 80;
    private static final MethodHandle SYSCALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                            FunctionDescriptor.of(
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                            Linker.Option.firstVariadicArg(1));

    private final int lethal;
    private volatile int count;

    /**
     * A counter.
     *
     * @param lethal in front of which step to die, from 1; 0 for none
     */
    StepCounter(int lethal) {
        this.lethal = lethal;
    }

    /** How many steps there were. */
    int count() {
        return count;
    }

    /** Runs work in a thread of its own and returns when it is done. */
    void run(Runnable work) throws Exception {
        var listener = new CompletableFuture<Integer>();
        var worker =
                Thread.ofPlatform()
                        .start(() -> {
                            listener.complete(watchThisThread());
                            work.run();
                        });
        int fd = listener.get();
        Thread.ofPlatform().daemon().start(() -> watch(fd));
        worker.join();
    }

    private static int watchThisThread() {
        try (var arena = Arena.ofConfined()) {
            int length = CALLS.size() + 3;
            var filter = arena.allocate(8L * length, 8);
            instruction(filter, 0, 0x20, 0, 0, 0); // Load the number of the call.
            for (int i = 0; i < CALLS.size(); i++) {
                instruction(filter, i + 1, 0x15, CALLS.size() - i, 0, CALLS.get(i));
            }
            instruction(filter, length - 2, 0x06, 0, 0, ALLOW);
            instruction(filter, length - 1, 0x06, 0, 0, NOTIFY);
            var program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) length);
            program.set(JAVA_LONG, 8, filter.address());
            return (int) call(SECCOMP, SET_MODE_FILTER, NEW_LISTENER, program.address());
        }
    }

    private static void instruction(
            MemorySegment filter, int index, int code, int jumpTrue, int jumpFalse, int value) {
        long at = index * 8L;
        filter.set(JAVA_SHORT, at, (short) code);
        filter.set(JAVA_BYTE, at + 2, (byte) jumpTrue);
        filter.set(JAVA_BYTE, at + 3, (byte) jumpFalse);
        filter.set(JAVA_INT, at + 4, value);
    }

    private void watch(int listener) {
        try (var arena = Arena.ofConfined()) {
            var notification = arena.allocate(NOTIFICATION_BYTES, 8);
            var answer = arena.allocate(24, 8);
            while (true) {
                notification.fill((byte) 0);
                if (call(IOCTL, listener, RECEIVE, notification.address()) < 0) {
                    return; // The thread is gone.
                }
                count++;
                if (count == lethal) {
                    call(KILL, ProcessHandle.current().pid(), 9, 0);
                }
                answer.set(JAVA_LONG, 0, notification.get(JAVA_LONG, 0));
                answer.set(JAVA_INT, 20, 1); // SECCOMP_USER_NOTIF_FLAG_CONTINUE
                call(IOCTL, listener, SEND, answer.address());
            }
        }
    }

    private static long call(long number, long a, long b, long c) {
        try {
            return (long) SYSCALL.invokeExact(number, a, b, c);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
