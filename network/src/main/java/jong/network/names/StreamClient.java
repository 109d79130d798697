package jong.network.names;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;

/** A client that asks by TCP: one query after the other, on a thread of its own. */
final class StreamClient {
    private static final Logger LOG = System.getLogger(StreamClient.class.getName());

    /** How long a client may be silent; Docker's. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final SocketChannel channel;
    private final Forwarder forwarder;
    private final Supplier<SandboxView> view;

    StreamClient(SocketChannel channel, Forwarder forwarder, Supplier<SandboxView> view) {
        this.channel = channel;
        this.forwarder = forwarder;
        this.view = view;
    }

    /** Serves until the client ends the connection, or has been silent for too long. */
    void serve() {
        try (channel) {
            var socket = channel.socket();
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var input = new DataInputStream(socket.getInputStream());
            var output = socket.getOutputStream();
            while (serve(Frames.read(input, Query.LARGEST), output)) {
                // The next one.
            }
        } catch (EOFException _) {
            // The client has all that it wanted.
            return;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a name client is gone", e);
        }
    }

    private boolean serve(byte[] message, OutputStream output) throws IOException {
        switch (Query.read(message)) {
            case Incoming.Ignored _ -> {
                return false;
            }
            case Incoming.Rejected rejected -> Frames.write(output, Reply.to(rejected));
            case Query query -> {
                SandboxView now = view.get();
                var own = Resolver.answer(now, query, Reply.LARGEST);
                Frames.write(
                        output,
                        own.isPresent()
                                ? own.get()
                                : forwarder.answer(query, now.upstreams(), Exchange.TCP));
            }
        }
        return true;
    }
}
