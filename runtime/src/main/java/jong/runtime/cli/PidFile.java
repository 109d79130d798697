package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file that tells the caller a process's id. */
final class PidFile {

    private PidFile() {}

    /** Writes it, whole or not at all, if the caller asked for one. */
    static void write(Arguments arguments, int pid) throws IOException {
        String given = arguments.value("pid-file", "");
        if (given.isEmpty()) {
            return;
        }
        Path file = Path.of(given).toAbsolutePath();
        Path unfinished = file.resolveSibling("." + file.getFileName());
        Files.writeString(unfinished, Integer.toString(pid));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
