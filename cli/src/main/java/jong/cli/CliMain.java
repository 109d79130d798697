package jong.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jong.cli.command.Session;

/** The program {@code jong}. */
public final class CliMain {

    private static final int BUFFER_BYTES = 16 * 1024;

    private CliMain() {}

    /** Runs one command and ends with its exit code. */
    public static void main(String[] arguments) throws IOException {
        if (Boolean.getBoolean("jong.train")) {
            Training.run();
            return;
        }
        int code;
        try (var session =
                new Session(
                        new FileInputStream(FileDescriptor.in),
                        stream(FileDescriptor.out),
                        stream(FileDescriptor.err),
                        System.getenv())) {
            code = new Cli(session).run(List.of(arguments));
        }
        // Ends at once, although a thread may be waiting for the terminal's next key. Not by
        // System.exit: that sets up the JDK's logging, a fifth of a short command's CPU time.
        Runtime.getRuntime().halt(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        var buffered = new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }
}
