package jong.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/** A small HTTP/1.1 server on loopback that answers as told, one request for each connection. */
final class ScriptedServer implements AutoCloseable {

    private final ServerSocket socket;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();

    ScriptedServer() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")));
    }

    /** Serves what the socket, which may speak TLS, accepts. */
    ScriptedServer(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers requests. */
    interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Requests whose path starts so are answered by the handler. */
    void on(String path, Handler handler) {
        handlers.put(path, handler);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            answer(new Exchange(connection));
            // A socket that is closed with something unread takes the answer back.
            connection.shutdownOutput();
            connection.setSoTimeout(2000);
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private void answer(Exchange exchange) throws IOException {
        for (Map.Entry<String, Handler> handler : handlers.entrySet()) {
            if (exchange.target.startsWith(handler.getKey())) {
                handler.getValue().handle(exchange);
                return;
            }
        }
        exchange.answer(404, new byte[0]);
    }

    /** A request and its answer. */
    static final class Exchange {

        final String method;
        final String target;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final StringBuilder answerHeaders = new StringBuilder();
        private final Socket connection;
        private final OutputStream out;
        private final String body;

        private Exchange(Socket connection) throws IOException {
            this.connection = connection;
            var in =
                    new BufferedReader(
                            new InputStreamReader(connection.getInputStream(), ISO_8859_1));
            String line = in.readLine();
            if (line == null || !line.endsWith("HTTP/1.1")) {
                throw new IOException("not HTTP: a client tries TLS first");
            }
            String[] first = line.split(" ");
            method = first[0];
            target = first[1];
            for (line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            var text = new char[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
            int read = 0;
            while (read < text.length) {
                int n = in.read(text, read, text.length - read);
                if (n < 0) {
                    throw new IOException("half a body");
                }
                read += n;
            }
            body = new String(text);
            out = connection.getOutputStream();
        }

        /** A header of the request, or {@code ""}. */
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** Adds a header to the answer. */
        Exchange with(String name, String value) {
            answerHeaders.append(name).append(": ").append(value).append("\r\n");
            return this;
        }

        /** Whom the client's certificate names, or {@code ""}. */
        String peer() throws IOException {
            if (connection instanceof SSLSocket tls) {
                try {
                    return tls.getSession().getPeerPrincipal().getName();
                } catch (SSLPeerUnverifiedException _) {
                    return "";
                }
            }
            return "";
        }

        /** The request's body. */
        String body() {
            return body;
        }

        void answer(int status, byte[] body) throws IOException {
            answer(status, body.length, body, 0, body.length);
        }

        /** Announces {@code announced} bytes and sends a part of {@code body}. */
        void answer(int status, int announced, byte[] body, int start, int length)
                throws IOException {
            String head =
                    "HTTP/1.1 "
                            + status
                            + " Scripted\r\n"
                            + answerHeaders
                            + "Content-Length: "
                            + announced
                            + "\r\nConnection: close\r\n\r\n";
            out.write(head.getBytes(ISO_8859_1));
            out.write(body, start, length);
            out.flush();
        }
    }
}
