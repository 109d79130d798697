package jong.runtime.hooks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import jong.oci.runtime.HookSpec;

/** One run of one hook, with the state on its standard input. For one thread. */
final class HookRun {

    private static final int SHOWN_OUTPUT = 4096;
    private static final int SIGNALLED = 128;

    private final HookSpec hook;
    private final String state;

    HookRun(HookSpec hook, String state) {
        this.hook = hook;
        this.state = state;
    }

    /**
     * Runs it to its end. The 0th argument is the path, whatever the configuration names it: Java
     * starts programs so.
     *
     * @throws IOException with how it failed
     */
    void run() throws IOException {
        Process process = start();
        var output = new Beginning(process.getInputStream());
        var errors = new Beginning(process.getErrorStream());
        feed(process);
        await(process);
        int status = process.exitValue();
        if (status != 0) {
            throw new IOException(
                    ended(status) + ", stdout: " + output.text() + ", stderr: " + errors.text());
        }
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(hook.path()));
        hook.args().stream().skip(1).forEach(command::add);
        var builder = new ProcessBuilder(command);
        hook.env()
                .ifPresent(env -> {
                    builder.environment().clear();
                    for (String entry : env) {
                        int equals = entry.indexOf('=', 1);
                        if (equals > 0) {
                            builder.environment()
                                    .put(entry.substring(0, equals), entry.substring(equals + 1));
                        }
                    }
                });
        return builder.start();
    }

    /** A hook that does not want its input need not read it. */
    private void feed(Process process) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(state.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // How the hook ends tells whether that was meant.
        }
    }

    private void await(Process process) throws IOException {
        try {
            int limit = hook.timeoutMillis();
            if (limit == 0) {
                process.waitFor();
            } else if (!process.waitFor(limit, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "hook ran past specified timeout of %.1fs",
                                limit / 1000.0));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String ended(int status) {
        return status > SIGNALLED ? "signal " + (status - SIGNALLED) : "exit status " + status;
    }

    /**
     * The first part of what a stream gives; the rest is read and dropped, so that the hook is not
     * held up. A descendant that keeps the stream open does not hold us up either.
     */
    private static final class Beginning {
        private final Thread reader;
        private byte[] bytes = {};

        Beginning(InputStream stream) {
            reader =
                    Thread.ofPlatform()
                            .daemon()
                            .name("hook output")
                            .start(() -> {
                                try (stream) {
                                    byte[] start = stream.readNBytes(SHOWN_OUTPUT);
                                    synchronized (this) {
                                        bytes = start;
                                    }
                                    stream.transferTo(OutputStream.nullOutputStream());
                                } catch (IOException _) {
                                    // The hook is gone; what was read is shown.
                                }
                            });
        }

        String text() {
            try {
                reader.join(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            synchronized (this) {
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
    }
}
