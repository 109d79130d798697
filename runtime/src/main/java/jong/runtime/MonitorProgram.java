package jong.runtime;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import jong.linux.processes.ExitStatus;
import jong.linux.processes.ProcessWatcher;
import jong.linux.processes.Spawn;
import jong.linux.processes.SpawnedProcess;
import jong.runtime.monitor.Monitor;

/**
 * Starts monitors. Thread-safe.
 *
 * @param program the native program's file
 * @param watcher what collects the ended processes
 */
record MonitorProgram(Path program, ProcessWatcher watcher) {

    private static final int PRIVATE = 0_600;

    /** Begins to start a monitor for a directory, which must exist. */
    Starting start(Path runDirectory) throws IOException {
        Path complaint = runDirectory.resolve("mon.err");
        try (Fd nothing = Fd.open(Path.of("/dev/null"), OpenHow.readingAndWriting());
                Fd errors = Fd.open(complaint, OpenHow.writing().creating(PRIVATE))) {
            var spawn =
                    new Spawn(
                            program,
                            List.of("jong-native", "mon", runDirectory.toString()),
                            List.of(),
                            List.of(nothing, nothing, errors),
                            true);
            return new Starting(spawn.start(watcher), runDirectory, complaint);
        }
    }

    /** A monitor that is about to listen. */
    static final class Starting {
        private final SpawnedProcess process;
        private final Path runDirectory;
        private final Path complaint;

        private Starting(SpawnedProcess process, Path runDirectory, Path complaint) {
            this.process = process;
            this.runDirectory = runDirectory;
            this.complaint = complaint;
        }

        /**
         * Waits until it listens.
         *
         * @throws IOException with the monitor's own words if it cannot
         */
        Monitor await() throws IOException {
            try {
                ExitStatus status = process.waitFor();
                if (status.shellCode() == 0) {
                    return new Monitor(runDirectory);
                }
                throw new IOException(
                        "the monitor ended with status "
                                + status.shellCode()
                                + ": "
                                + Files.readString(complaint).strip());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("starting a monitor").initCause(e);
            }
        }
    }
}
