package jong.linux.processes;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.PosixSpawn;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;

/**
 * A program to be started. It inherits no descriptor but those named here, no blocked or ignored
 * signal (save the C library's own 32 and 33), and no environment variable but those given.
 *
 * @param program absolute path of its file
 * @param arguments all of them, the program's name first
 * @param environment {@code NAME=value}
 * @param descriptors become 0, 1, 2 … in the child; they stay open here. Of the first three, those
 *     missing are {@code /dev/null}
 * @param newSession whether it leads a new session, out of reach of the terminal's signals
 */
public record Spawn(
        Path program,
        List<String> arguments,
        List<String> environment,
        List<Fd> descriptors,
        boolean newSession) {
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** Copies the lists. */
    public Spawn {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        descriptors = List.copyOf(descriptors);
    }

    /**
     * Starts it; returns when the program's file is being executed (about 0.5 ms).
     *
     * @throws ErrnoException ENOENT, EACCES, ENOEXEC … of its execve, in this process
     */
    public SpawnedProcess start(ProcessWatcher watcher) throws ErrnoException {
        var temporary = new ArrayList<Fd>();
        try (var arena = Arena.ofConfined()) {
            int pid =
                    PosixSpawn.spawn(
                            text(arena, program.toString()),
                            texts(arena, arguments),
                            texts(arena, environment),
                            numbers(temporary),
                            newSession);
            // Nobody else waits for this child, so its id is still its own.
            return new SpawnedProcess(PidFd.open(pid), watcher);
        } catch (ErrnoException e) {
            throw new ErrnoException(e.call(), program.toString(), e.number());
        } finally {
            temporary.forEach(Fd::close);
        }
    }

    /** Copies above all targets, so that no dup2 in the child hits a source yet to come. */
    private int[] numbers(List<Fd> temporary) throws ErrnoException {
        var all = new ArrayList<>(descriptors);
        while (all.size() < 3) {
            var nothing = Fd.open(Path.of("/dev/null"), OpenHow.readingAndWriting());
            temporary.add(nothing);
            all.add(nothing);
        }
        var numbers = new int[all.size()];
        for (int i = 0; i < numbers.length; i++) {
            long copy =
                    NativeCall.of(
                            Syscall.FCNTL, all.get(i).number(), F_DUPFD_CLOEXEC, numbers.length);
            NativeCall.check(copy, Syscall.FCNTL, all.get(i));
            numbers[i] = (int) copy;
            temporary.add(new Fd(numbers[i], all.get(i).toString()));
        }
        return numbers;
    }

    private static MemorySegment texts(Arena arena, List<String> texts) {
        var array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, text(arena, texts.get(i)));
        }
        return array;
    }

    private static MemorySegment text(Arena arena, String text) {
        return NativeCall.terminated(arena, text.getBytes(UTF_8));
    }
}
