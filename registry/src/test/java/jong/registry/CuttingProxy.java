package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes TCP connections on to a port of loopback, and cuts some of them in the middle. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final int target;
    private final long upstreamLimit;
    private final long downstreamLimit;
    private final AtomicInteger cutsLeft;

    /**
     * Starts it.
     *
     * @param cuts how many connections are cut
     * @param upstreamLimit a connection is cut when it has sent so many bytes
     * @param downstreamLimit a connection is cut when it has received so many bytes
     */
    CuttingProxy(int target, int cuts, long upstreamLimit, long downstreamLimit)
            throws IOException {
        this.target = target;
        this.cutsLeft = new AtomicInteger(cuts);
        this.upstreamLimit = upstreamLimit;
        this.downstreamLimit = downstreamLimit;
        Thread.ofVirtual().start(this::accept);
    }

    String domain() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    int cutsLeft() {
        return cutsLeft.get();
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
                Thread.ofVirtual().start(() -> pass(client, server, upstreamLimit));
                Thread.ofVirtual().start(() -> pass(server, client, downstreamLimit));
            } catch (IOException _) {
                return; // Closed.
            }
        }
    }

    private void pass(Socket from, Socket to, long limit) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            long passed = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                passed += n;
                if (passed > limit && cutsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException _) {
            // One side has gone, so goes the other.
        }
    }
}
