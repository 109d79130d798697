package jong.cli.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import jong.api.FrameReader;
import jong.api.StdStream;
import jong.api.client.Hijacked;
import jong.cli.command.Session;
import jong.cli.terminal.DetachKeys;
import org.jspecify.annotations.Nullable;

/**
 * Joins this program's standard streams with those of a container. Input is read by a daemon
 * thread, since nothing can end a read from a terminal; output by the caller.
 */
final class Streams {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final Session session;
    private final Hijacked connection;
    private volatile boolean detached;

    /** Joins the session with a connection that was taken over. */
    public Streams(Session session, Hijacked connection) {
        this.session = session;
        this.connection = connection;
    }

    /** Whether the user left with the detach keys. */
    public boolean detached() {
        return detached;
    }

    /**
     * Sends standard input on until it ends.
     *
     * @param keys what detaches, or null if nothing does
     */
    public void startInput(@Nullable DetachKeys keys) {
        Thread.ofPlatform().daemon().name("stdin").start(() -> sendInput(keys));
    }

    /** Copies the container's output until it ends. */
    public void copyOutput(boolean terminal) throws IOException {
        try {
            copy(connection.input(), terminal, session);
        } catch (IOException e) {
            if (!detached) {
                throw e;
            }
        }
    }

    /** Copies output, raw from a terminal or in frames, to the session's streams. */
    public static void copy(InputStream in, boolean terminal, Session session) throws IOException {
        if (terminal) {
            copyRaw(in, session.out());
            return;
        }
        var frames = new FrameReader(in);
        while (frames.next()) {
            if (frames.stream() == StdStream.SYSTEM_ERROR) {
                var text = new ByteArrayOutputStream();
                frames.copyTo(text);
                throw new IOException(
                        "error from daemon in stream: "
                                + text.toString(java.nio.charset.StandardCharsets.UTF_8));
            }
            frames.copyTo(frames.stream() == StdStream.STDERR ? session.err() : session.out());
            if (session.out().checkError()) {
                throw new IOException("write /dev/stdout: broken pipe");
            }
        }
    }

    private static void copyRaw(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            out.flush();
        }
    }

    private void sendInput(@Nullable DetachKeys keys) {
        byte[] buffer = new byte[BUFFER_BYTES];
        var typed = new ByteArrayOutputStream();
        try {
            OutputStream out = connection.output();
            for (int n = session.in().read(buffer); n >= 0; n = session.in().read(buffer)) {
                if (keys == null) {
                    out.write(buffer, 0, n);
                    continue;
                }
                typed.reset();
                boolean leave = keys.filter(buffer, n, typed);
                out.write(typed.toByteArray());
                if (leave) {
                    detached = true;
                    connection.close();
                    return;
                }
            }
            connection.closeWrite();
        } catch (IOException e) {
            // The container has ended or closed its input: whoever reads the output learns why.
            assert e != null;
        }
    }
}
