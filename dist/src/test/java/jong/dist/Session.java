package jong.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running command that a test talks with. */
final class Session implements AutoCloseable {

    private final List<String> words;
    private final Process process;

    /** All output so far, standard output and error as they came. Guarded by this. */
    private final StringBuilder output = new StringBuilder();

    /** How many of the two streams may still bring output. Guarded by this. */
    private int openStreams = 2;

    Session(List<String> words, Process process) {
        this.words = words;
        this.process = process;
        Thread.ofVirtual().start(() -> collect(process.getInputStream()));
        Thread.ofVirtual().start(() -> collect(process.getErrorStream()));
    }

    long pid() {
        return process.pid();
    }

    /** Types {@code text}: writes it to the command's standard input. */
    Session type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + this, e);
        }
        return this;
    }

    /** Ends the command's standard input. */
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the input of " + this, e);
        }
    }

    /** Waits until the output contains {@code text}; fails the test when it never does. */
    Session expect(String text) {
        return expect("«" + text + "»", seen -> seen.contains(text));
    }

    /** Waits until the output satisfies {@code condition}. */
    synchronized Session expect(String description, Predicate<String> condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.test(output.toString())) {
            var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 || openStreams == 0) {
                throw new AssertionError("never saw " + description + ": " + this);
            }
            pause(left);
        }
        return this;
    }

    /** Waits for the end of the command; its exit status. */
    int status() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: " + this);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized String output() {
        return output.toString();
    }

    @Override
    public String toString() {
        return words + " which wrote: " + output();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void collect(InputStream stream) {
        var buffer = new byte[8192];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            append("\n[" + e.getMessage() + "]");
        }
        ended();
    }

    private synchronized void ended() {
        openStreams--;
        notifyAll();
    }

    private synchronized void append(String text) {
        output.append(text);
        notifyAll();
    }

    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
