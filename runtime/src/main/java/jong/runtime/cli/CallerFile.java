package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that the caller names on the command line. */
final class CallerFile {

    private static final List<String> DESCRIPTORS = List.of("/dev/fd/", "/proc/self/fd/");

    private CallerFile() {}

    /**
     * What is in it. Descriptors, as a shell's {@code <(…)} names them, are those of the front: it
     * is the process that the caller started.
     */
    static byte[] read(String name) throws IOException {
        for (String directory : DESCRIPTORS) {
            if (name.startsWith(directory)) {
                String number = name.substring(directory.length());
                return Files.readAllBytes(Path.of("/proc/" + front() + "/fd", number));
            }
        }
        return Files.readAllBytes(Path.of(name));
    }

    private static long front() {
        return ProcessHandle.current().parent().map(ProcessHandle::pid).orElseThrow();
    }
}
