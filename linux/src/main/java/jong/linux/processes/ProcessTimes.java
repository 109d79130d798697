package jong.linux.processes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;

/** What tells a process from a later one with the same id. */
public final class ProcessTimes {
    private static final int START_TIME_AFTER_NAME = 19; // Field 22; the name is field 2.

    private ProcessTimes() {}

    /**
     * When a process started, in clock ticks since boot: field 22 of {@code /proc/PID/stat}.
     *
     * @throws ErrnoException ESRCH when there is no such process
     */
    public static long startTime(int pid) throws ErrnoException {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/stat"), ISO_8859_1));
        } catch (IOException e) {
            var missing = new ErrnoException("stat", "pid " + pid, Errno.ESRCH.number());
            missing.initCause(e);
            throw missing;
        }
    }

    /** The name, in parentheses, may itself hold spaces and parentheses. */
    static long parse(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME_AFTER_NAME]);
    }
}
