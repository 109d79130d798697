package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running {@link PluginProgram} that an engine finds by the name {@code shelves}. */
final class VolumePlugin implements AutoCloseable {

    private final Path directory;
    private @Nullable Process process;

    /** How much of its log was given out, in characters. */
    private int told;

    private VolumePlugin(Path directory) {
        this.directory = directory;
    }

    /** Starts one whose socket and state are in {@code directory}. */
    static VolumePlugin start(Path directory) {
        var plugin = new VolumePlugin(directory);
        plugin.start();
        return plugin;
    }

    /** What makes jongd find it. */
    static String option(Path directory) {
        return "--plugin-directory=" + directory;
    }

    void start() {
        try {
            Path classes =
                    Path.of(
                            PluginProgram.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            process =
                    new ProcessBuilder(
                                    java.toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    classes.toString(),
                                    PluginProgram.class.getName(),
                                    directory.resolve("shelves.sock").toString(),
                                    directory.resolve("state").toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (process.getInputStream().read() < 0) {
                throw new AssertionError("the plugin does not start");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills it; its socket stays. */
    void kill() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Makes it behave otherwise; empty for well. */
    void behave(String mode) {
        write("mode", mode);
    }

    /** What it was asked since the last time; a line that it is writing is the next time's. */
    List<String> log() {
        try {
            Path file = directory.resolve("state/log");
            String text = Files.exists(file) ? Files.readString(file) : "";
            int end = text.lastIndexOf('\n') + 1;
            List<String> lines = text.substring(told, end).lines().toList();
            told = end;
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(directory.resolve("state").resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        // What a failed test leaves mounted.
        Command.of("sh", "-c", "umount " + directory + "/state/mounts/* 2>/dev/null || true").run();
    }
}
