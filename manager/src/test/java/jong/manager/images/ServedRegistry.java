package jong.manager.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.oci.Digest;

/** A registry that sends whatever a test puts into it, checked by nobody. */
final class ServedRegistry implements AutoCloseable {

    /** How a handshake begins, which clients try first. */
    private static final int TLS = 0x16;

    private record Document(String mediaType, byte[] bytes) {}

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final Map<String, Document> documents = new ConcurrentHashMap<>();

    ServedRegistry() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    String domain() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Answers requests for a manifest of a repository. */
    void manifest(String repository, String tagOrDigest, String mediaType, byte[] bytes) {
        documents.put(
                "/v2/" + repository + "/manifests/" + tagOrDigest,
                new Document(mediaType, bytes.clone()));
    }

    /** Answers requests for a blob of a repository. */
    void blob(String repository, Digest digest, byte[] bytes) {
        documents.put(
                "/v2/" + repository + "/blobs/" + digest,
                new Document("application/octet-stream", bytes.clone()));
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException _) {
                return; // Closed.
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            var bytes = new BufferedInputStream(client.getInputStream());
            bytes.mark(1);
            if (bytes.read() == TLS) {
                return;
            }
            bytes.reset();
            var lines = new BufferedReader(new InputStreamReader(bytes, ISO_8859_1));
            String[] request = lines.readLine().split(" ");
            while (!lines.readLine().isEmpty()) {
                // Nothing in the head matters.
            }
            Document found =
                    request[1].equals("/v2/")
                            ? new Document("application/json", new byte[] {'{', '}'})
                            : documents.get(request[1]);
            var none = new Document("text/plain", new byte[0]);
            Document document = found == null ? none : found;
            String head =
                    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                            .formatted(
                                    found == null ? "404 Not Found" : "200 OK",
                                    document.mediaType(),
                                    document.bytes().length);
            client.getOutputStream().write(head.getBytes(ISO_8859_1));
            if (!request[0].equals("HEAD")) {
                client.getOutputStream().write(document.bytes());
            }
        } catch (IOException _) {
            // The client has left.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
