package jong.runtime.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.criu.Criu;
import jong.runtime.criu.CriuConnection;
import jong.runtime.criu.CriuLog;
import jong.runtime.criu.CriuOptions;
import jong.runtime.criu.CriuRequest;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;

/** The machine's criu: the caller's {@code PATH} says which. */
record CriuProgram(Session session) implements Criu.Starter {

    /** Serves one caller, over the socket that is its descriptor 3. */
    private static final List<String> SERVING = List.of("swrk", "3");

    /** The first that can be asked for its version. */
    private static final int OLDEST = 30_000;

    /**
     * Its version.
     *
     * @throws Internal if there is none, or it is too old
     */
    int version() throws IOException {
        int version = questions().version();
        Criu.require(version, OLDEST);
        return version;
    }

    /** What it is asked. */
    Criu questions() {
        return new Criu(this, session.log()::debug);
    }

    @Override
    public CriuConnection start() throws IOException {
        return start(List.of(), false, Partner.View.ALL);
    }

    /**
     * Starts it for work.
     *
     * @param paths what it gets open
     * @param subreaper whether the front inherits processes that lose their parent
     * @param view what it sees of the host's tree
     */
    Partner start(List<String> paths, boolean subreaper, Partner.View view) throws IOException {
        return Partner.start(session.front(), new Partner.Start(command(), paths, subreaper, view));
    }

    /**
     * Has criu do its work, and end.
     *
     * @param connection is used up
     * @param log criu's own, which is quoted to the caller if that fails
     */
    void carryOut(
            CriuConnection connection,
            CriuRequest request,
            CriuOptions options,
            Criu.Listener listener,
            Path log)
            throws IOException {
        try {
            questions().carryOut(connection, request, options, listener);
            int status = connection.end();
            // After a pre-dump it waits for the next one, and takes our leaving for an error.
            if (status != 0 && request != CriuRequest.PRE_DUMP) {
                throw new Internal("criu failed: exit status " + status);
            }
        } catch (IOException | StatusException e) {
            end(connection, e);
            CriuLog.quote(log, session.log()::warning);
            throw e;
        }
    }

    private static void end(CriuConnection connection, Exception cause) {
        try {
            connection.end();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * The command that serves.
     *
     * @throws FileNotFoundException if there is no criu
     */
    private static List<String> command() throws FileNotFoundException {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path program = Path.of(directory, "criu");
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return List.of(program.toString(), SERVING.get(0), SERVING.get(1));
            }
        }
        throw new FileNotFoundException("exec: \"criu\": executable file not found in $PATH");
    }
}
