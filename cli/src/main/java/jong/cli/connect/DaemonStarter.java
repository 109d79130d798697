package jong.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jong.api.client.EngineAddress;
import jong.cli.failure.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * Starts jongd when nobody answers at its default address, so that one command is enough.
 *
 * <p>Only root can; a file lock keeps two clients from starting two daemons. The daemon is made the
 * leader of a session of its own, so that no signal of this terminal reaches it.
 */
public final class DaemonStarter {

    private static final Path LOG = Path.of("/var/log/jongd.log");
    private static final Path LOCK = Path.of("/run/jong.start.lock");
    private static final int LIMIT_MILLIS = 30_000;
    private static final int POLL_MILLIS = 20;
    private static final int TAIL_BYTES = 2000;

    private DaemonStarter() {}

    /**
     * Starts jongd and waits until it answers.
     *
     * @return false if this is not the place to start it: not root, or no program beside this one
     * @throws CommandException if it was started and does not answer, with the end of its log
     */
    public static boolean start(EngineAddress address) throws IOException {
        String home = System.getProperty("jong.home", "");
        Path program = Path.of(home, "bin", "jongd");
        if (home.isEmpty() || !isRoot() || !Files.isExecutable(program)) {
            return false;
        }
        try (var lock =
                        FileChannel.open(
                                LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            assert held.isValid();
            if (!answers(address)) {
                launch(program, address);
            }
        }
        return true;
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
                && uid == 0;
    }

    private static boolean answers(EngineAddress address) {
        try (var channel = address.connect()) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void launch(Path program, EngineAddress address) throws IOException {
        Process daemon =
                new ProcessBuilder("setsid", program.toString())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                        .redirectErrorStream(true)
                        .directory(Path.of("/").toFile())
                        .start();
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (!answers(address)) {
            String trouble =
                    !daemon.isAlive()
                            ? "jongd ended with exit code " + daemon.exitValue()
                            : System.nanoTime() > deadline
                                    ? "jongd does not answer after " + LIMIT_MILLIS / 1000 + " s"
                                    : null;
            sleepOrFail(trouble);
        }
    }

    private static void sleepOrFail(@Nullable String trouble) throws IOException {
        if (trouble != null) {
            throw new CommandException(
                    "cannot start jongd: " + trouble + "; the end of " + LOG + ":\n" + tail());
        }
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for jongd", e);
        }
    }

    private static String tail() throws IOException {
        try (var log = new RandomAccessFile(LOG.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(log.length(), TAIL_BYTES)];
            log.seek(log.length() - end.length);
            log.readFully(end);
            return new String(end, UTF_8).stripTrailing();
        }
    }
}
