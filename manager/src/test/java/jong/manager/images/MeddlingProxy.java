package jong.manager.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes TCP connections on to a port of loopback, but for requests that contain a text. */
final class MeddlingProxy implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final AtomicInteger meddled = new AtomicInteger();
    private final int target;
    private final String text;
    private final String answer;
    private final int before;

    /**
     * Starts it.
     *
     * @param text what a request has that is not passed on, in small letters
     * @param before how many of its bytes are passed on before the connection ends; 0 for none
     * @param answer what is answered to it, if {@code before} is 0
     */
    MeddlingProxy(String domain, String text, int before, String answer) throws IOException {
        this.target = Integer.parseInt(domain.substring(domain.indexOf(':') + 1));
        this.text = text;
        this.before = before;
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    String domain() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** How many requests had the text. */
    int meddled() {
        return meddled.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
                Thread.ofVirtual().start(() -> ask(client, server));
                Thread.ofVirtual().start(() -> answer(client, server));
            } catch (IOException _) {
                return; // Closed.
            }
        }
    }

    private void ask(Socket client, Socket server) {
        try (client;
                server) {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] buffer = new byte[65536];
            int left = Integer.MAX_VALUE;
            for (int n = in.read(buffer); n >= 0 && left > 0; n = in.read(buffer)) {
                String request = new String(buffer, 0, n, ISO_8859_1).toLowerCase();
                if (request.contains(text)) {
                    meddled.incrementAndGet();
                    left = before;
                    if (before == 0) {
                        client.getOutputStream().write(answer.getBytes(ISO_8859_1));
                        return;
                    }
                }
                out.write(buffer, 0, n);
                left -= left == Integer.MAX_VALUE ? 0 : n;
            }
        } catch (IOException _) {
            // One side has gone, so goes the other.
        }
    }

    private static void answer(Socket client, Socket server) {
        try (client;
                server) {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException _) {
            // One side has gone, so goes the other.
        }
    }
}
