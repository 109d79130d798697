package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process is still the one that it was: ids are used again, start times are not. */
final class ProcessTime {

    /** Of the fields after the name, counted from 0: state is field 3, starttime field 22. */
    private static final int START_TIME = 22 - 3;

    private ProcessTime() {}

    /** Whether the process that started then has not ended (a zombie has). */
    static boolean alive(int pid, long startTime) {
        return startTime(pid) == startTime;
    }

    /** When it started, field 22 of its {@code stat}; −1 if it has ended. */
    static long startTime(int pid) {
        String stat;
        try {
            stat = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), ISO_8859_1);
        } catch (IOException e) {
            return -1;
        }
        // The second field is the name in parentheses and may hold anything: count from its end.
        int at = stat.lastIndexOf(')') + 2;
        char state = stat.charAt(at);
        if (state == 'Z' || state == 'X') {
            return -1;
        }
        for (int field = 0; field < START_TIME; field++) {
            at = stat.indexOf(' ', at) + 1;
        }
        return Long.parseLong(stat, at, stat.indexOf(' ', at), 10);
    }
}
