package jong.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that this program runs on, through {@code stty}: Java cannot set a terminal's mode
 * itself, and one more process is only paid for by interactive commands.
 */
public final class Terminal implements AutoCloseable {

    private static final File TTY = new File("/dev/tty");
    private static final int DEFAULT_COLUMNS = 80;

    private @Nullable String saved;
    private @Nullable Thread restorer;

    /** A terminal whose mode is not touched yet. */
    public Terminal() {}

    /** A terminal's size in characters. */
    public record Size(int rows, int columns) {}

    /** Whether a file descriptor of this process (0, 1 or 2) is a terminal. */
    public static boolean isTerminal(int descriptor) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** The size, or null if there is no terminal. */
    public static @Nullable Size size() {
        try {
            String[] words = stty("size").strip().split(" ");
            return words.length == 2
                    ? new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1]))
                    : null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /** The width of standard output, or 80 where it is no terminal. */
    public static int columns() {
        if (!isTerminal(1)) {
            return DEFAULT_COLUMNS;
        }
        Size size = size();
        return size == null || size.columns() == 0 ? DEFAULT_COLUMNS : size.columns();
    }

    /**
     * Hands every key to the program as it is. The old mode comes back at {@link #close}, and also
     * when a signal ends the program.
     */
    public void makeRaw() throws IOException {
        change("raw", "-echo", "-echonl", "-iexten");
    }

    /** Shows nothing of what is typed, for passwords; the old mode comes back as above. */
    public void hideInput() throws IOException {
        change("-echo");
    }

    private void change(String... settings) throws IOException {
        saved = stty("-g").strip();
        restorer = new Thread(this::restore);
        Runtime.getRuntime().addShutdownHook(restorer);
        stty(settings);
    }

    @Override
    public void close() {
        restore();
        if (restorer != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(restorer);
            } catch (IllegalStateException e) {
                // The program is ending already, and the hook does the same once more.
                assert e != null;
            }
            restorer = null;
        }
    }

    private synchronized void restore() {
        String mode = saved;
        saved = null;
        if (mode == null) {
            return;
        }
        try {
            stty(mode);
        } catch (IOException e) {
            System.err.println("cannot restore the terminal's mode: " + e.getMessage());
        }
    }

    private static String stty(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process stty =
                new ProcessBuilder(command)
                        .redirectInput(TTY)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(stty.getInputStream().readAllBytes(), UTF_8);
        try {
            if (stty.waitFor() != 0) {
                throw new IOException("stty failed on " + TTY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stty ran", e);
        }
        return output;
    }
}
