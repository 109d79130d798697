package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command line with its environment, to be run to its end or talked with. */
final class Command {

    /** After this many seconds a command counts as stuck. It is no measure of speed. */
    static final int LIMIT_SECONDS = 60;

    private final List<String> words;
    private final Map<String, String> environment;

    Command(List<String> words, Map<String, String> environment) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
    }

    /** A command with the test's own environment. */
    static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    /** Runs the command with nothing on standard input. */
    Result run() {
        return run(new byte[0]);
    }

    /** Runs the command with {@code input} on standard input, then end of file. */
    Result run(byte[] input) {
        try {
            var out = Files.createTempFile("jong-out", "");
            var err = Files.createTempFile("jong-err", "");
            try {
                return run(input, out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + words, e);
        }
    }

    /** Starts the command and leaves its streams to the caller. */
    Session start() {
        try {
            return new Session(words, builder().start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + words, e);
        }
    }

    /** Starts the command on a terminal of the given size, made by util-linux's {@code script}. */
    Session startOnTerminal(int rows, int columns) {
        var line = new StringBuilder("stty rows %d cols %d; exec".formatted(rows, columns));
        for (var word : words) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        var script = List.of("script", "-qec", line.toString(), "/dev/null");
        return new Command(script, environment).start();
    }

    private Result run(byte[] input, Path out, Path err) throws IOException {
        var process = builder().redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // The program ended without reading all of it, as `head` does.
        }
        var ended = waitFor(process);
        var result = new Result(words, ended ? process.exitValue() : -1, text(out), text(err));
        if (!ended) {
            throw new AssertionError("no end after " + LIMIT_SECONDS + " s: " + result);
        }
        return result;
    }

    private ProcessBuilder builder() {
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        return builder;
    }

    private static boolean waitFor(Process process) {
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            process.destroyForcibly().waitFor();
            return false;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
    }
}
