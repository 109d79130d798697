package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.monitor.MonitorException;
import jong.wire.status.StatusException.InvalidArgument;

/** A file that the caller names on the command line. */
final class CallerFile {

    private static final List<String> DESCRIPTORS = List.of("/dev/fd/", "/proc/self/fd/");

    private CallerFile() {}

    /**
     * What is in it. Descriptors, as a shell's {@code <(…)} names them, are those of the front: it
     * is the process that the caller started.
     *
     * @throws InvalidArgument if it is a descriptor that cannot be read
     */
    static byte[] read(Front front, String name) throws IOException {
        for (String directory : DESCRIPTORS) {
            if (name.startsWith(directory)) {
                return descriptor(front, name, name.substring(directory.length()));
            }
        }
        return Files.readAllBytes(Path.of(name));
    }

    private static byte[] descriptor(Front front, String name, String number) throws IOException {
        try {
            return front.readDescriptor(Integer.parseInt(number));
        } catch (NumberFormatException | MonitorException e) {
            throw new InvalidArgument("open " + name + ": " + e.getMessage(), e);
        }
    }
}
