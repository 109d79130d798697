package jong.runtime.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The client of one container's monitor, found by its run directory.
 *
 * <p>Every call makes its own connection, so any number of threads may use it; calls wait for
 * answers as virtual threads should. An {@link IOException} that is no {@link MonitorException}
 * means that the monitor is gone: {@link #exitFile} then tells how its container ended.
 */
public final class Monitor {

    private static final int STDIN = 1;
    private static final int TERMINAL = 2;

    private final Path runDirectory;
    private final Path socket;

    /**
     * @param runDirectory the directory that the monitor was started with
     */
    public Monitor(Path runDirectory) {
        this.runDirectory = runDirectory;
        this.socket = runDirectory.resolve("control.sock");
    }

    /**
     * The kind of stdio of a process.
     *
     * @param stdin whether its input stays open
     * @param terminal whether it is a terminal
     */
    public record StdioKind(boolean stdin, boolean terminal) {
        int bits() {
            return (stdin ? STDIN : 0) | (terminal ? TERMINAL : 0);
        }
    }

    /**
     * What an attached client wants.
     *
     * @param stdin to write
     * @param stdout to read
     * @param stderr to read
     * @param closeStdin to end the process's input when it half-closes
     */
    public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean closeStdin) {
        int bits() {
            return (stdin ? 1 : 0) | (stdout ? 2 : 0) | (stderr ? 4 : 0) | (closeStdin ? 8 : 0);
        }
    }

    /**
     * A process that an EXEC request made.
     *
     * @param number by which the monitor knows it
     * @param pid its id
     */
    public record Session(int number, int pid) {}

    /**
     * Begins the container's first process.
     *
     * @return once the process exists
     * @throws MonitorException if an operation of the plan fails before
     */
    public Creation create(StdioKind stdio, Optional<OutputLog> log, byte[] plan)
            throws IOException {
        OutputLog target = log.orElse(new OutputLog(Path.of(""), 0, 0, ""));
        var request =
                new Frame.Writer(FrameType.CREATE)
                        .u32(stdio.bits())
                        .str(target.path().toString())
                        .u64(target.maxBytes())
                        .u32(target.maxFiles())
                        .str(target.attrs())
                        .bytes(plan);
        MonitorConnection connection = MonitorConnection.open(socket);
        try {
            Frame created = connection.call(request, FrameType.CREATED);
            return new Creation(connection, created.u32(), created.u64());
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** A first process that exists and is not ready yet. To be closed. */
    public static final class Creation implements AutoCloseable {
        private final MonitorConnection connection;
        private final int pid;
        private final long startTime;

        private Creation(MonitorConnection connection, int pid, long startTime) {
            this.connection = connection;
            this.pid = pid;
            this.startTime = startTime;
        }

        /** Its id. */
        public int pid() {
            return pid;
        }

        /** Field 22 of its {@code /proc/PID/stat}. */
        public long startTime() {
            return startTime;
        }

        /**
         * Waits until it stands before the user's command.
         *
         * @throws MonitorException if an operation of the plan fails
         */
        public void awaitReady() throws IOException {
            connection.expect(FrameType.READY);
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /**
     * Lets a process's command begin.
     *
     * @return when it began
     * @throws MonitorException if it cannot be executed
     */
    public Instant start(int session) throws IOException {
        return ExitRecord.instant(call(request(FrameType.START, session), FrameType.STARTED).u64());
    }

    /**
     * Makes one more process; it waits for {@link #start}.
     *
     * @throws MonitorException if an operation of the plan fails
     */
    public Session exec(StdioKind stdio, byte[] plan) throws IOException {
        var request = new Frame.Writer(FrameType.EXEC).u32(stdio.bits()).bytes(plan);
        Frame session = call(request, FrameType.SESSION);
        return new Session(session.u32(), session.u32());
    }

    /**
     * Connects to a process's stdio.
     *
     * @throws MonitorException if it has ended
     */
    public MonitorAttachment attach(int session, Streams streams) throws IOException {
        MonitorConnection connection = MonitorConnection.open(socket);
        try {
            connection.call(request(FrameType.ATTACH, session).u32(streams.bits()), FrameType.OK);
            return new MonitorAttachment(connection);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** Sets a terminal's size. */
    public void resize(int session, int rows, int columns) throws IOException {
        call(request(FrameType.RESIZE, session).u32(rows).u32(columns), FrameType.OK);
    }

    /**
     * Sends a signal.
     *
     * @throws MonitorException ESRCH after its end
     */
    public void signal(int session, int signo) throws IOException {
        call(request(FrameType.SIGNAL, session).u32(signo), FrameType.OK);
    }

    /** Asks to be told of a process's end; ask before {@link #start}, then nothing is missed. */
    public Waiting waitFor(int session) throws IOException {
        MonitorConnection connection = MonitorConnection.open(socket);
        try {
            connection.send(request(FrameType.WAIT, session));
            return new Waiting(connection);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** A question that is answered when a process ends. To be closed. */
    public static final class Waiting implements AutoCloseable {
        private final MonitorConnection connection;

        private Waiting(MonitorConnection connection) {
            this.connection = connection;
        }

        /** Waits for the answer. */
        public ExitRecord answer() throws IOException {
            return ExitRecord.of(connection.expect(FrameType.EXITED));
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /** All processes that the monitor knows. */
    public List<SessionState> state() throws IOException {
        return SessionState.read(call(new Frame.Writer(FrameType.STATE), FrameType.STATES));
    }

    /** Kills what {@link #create} made, and ends the monitor. */
    public void abort() throws IOException {
        call(new Frame.Writer(FrameType.ABORT), FrameType.OK);
    }

    /** How the container ended, if it did. */
    public Optional<ExitRecord> exitFile() throws IOException {
        return ExitRecord.read(runDirectory.resolve("exit"));
    }

    /** Whether a monitor can be asked; it may end right after. */
    public boolean isThere() {
        return Files.exists(socket);
    }

    private Frame call(Frame.Writer request, FrameType expected) throws IOException {
        try (MonitorConnection connection = MonitorConnection.open(socket)) {
            return connection.call(request, expected);
        }
    }

    private static Frame.Writer request(FrameType type, int session) {
        return new Frame.Writer(type).u32(session);
    }
}
