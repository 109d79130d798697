package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jong.http.Application;
import jong.http.Exchange;
import jong.wire.json.Json;

/**
 * How {@code jong registry garbage-collect} reaches the process that serves the directory: a unix
 * socket in it, which only the directory's owner may use.
 */
final class ControlSocket implements Application {

    private static final String PATH = "/collect";

    private final Maintenance maintenance;

    ControlSocket(Maintenance maintenance) {
        this.maintenance = maintenance;
    }

    /** Where the socket of a registry is. */
    static Path in(Path root) {
        return root.resolve("control.sock");
    }

    @Override
    public void serve(Exchange exchange) throws IOException {
        if (!exchange.method().equals("POST") || !exchange.target().path().equals(PATH)) {
            exchange.empty(404);
            return;
        }
        boolean untagged = exchange.target().query().has("untagged");
        exchange.whole(
                200, "application/json", Json.writeBytes(maintenance.collect(untagged).toJson()));
    }

    @Override
    public void fail(Exchange exchange, Throwable failure) throws IOException {
        if (!exchange.answered()) {
            exchange.whole(500, "text/plain", String.valueOf(failure).getBytes(UTF_8));
        }
    }

    /**
     * Asks the process that serves a directory to collect.
     *
     * @return the result as JSON
     * @throws IOException if it does not answer, or fails
     */
    static String collect(Path root, boolean untagged) throws IOException {
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(in(root)))) {
            String request = "POST " + PATH + (untagged ? "?untagged" : "") + " HTTP/1.0\r\n\r\n";
            for (var bytes = ByteBuffer.wrap(request.getBytes(UTF_8)); bytes.hasRemaining(); ) {
                socket.write(bytes);
            }
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(8192);
            while (socket.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String[] headAndBody = answer.toString(UTF_8).split("\r\n\r\n", 2);
            if (headAndBody.length < 2 || !headAndBody[0].startsWith("HTTP/1.0 200 ")) {
                throw new IOException("the registry cannot collect: " + answer.toString(UTF_8));
            }
            return headAndBody[1];
        }
    }
}
