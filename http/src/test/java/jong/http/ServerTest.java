package jong.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A server on a port of its own with the application of a test, and a client for raw bytes. */
abstract class ServerTest {

    private HttpServer server = new HttpServer(new Steps(_ -> {}), ServerOptions.forGroup(""));

    /** What a test does with a request. */
    interface Step {
        void run(Exchange exchange) throws Exception;
    }

    /** Answers errors with their text. */
    record Steps(Step step) implements Application {
        @Override
        public void serve(Exchange exchange) throws Exception {
            step.run(exchange);
        }

        @Override
        public void fail(Exchange exchange, Throwable failure) throws IOException {
            if (!exchange.answered()) {
                exchange.whole(400, "text/plain", String.valueOf(failure).getBytes(UTF_8));
            }
        }
    }

    HttpServer server() {
        return server;
    }

    HttpServer serve(Step step, Limits limits) {
        server.close();
        server = new HttpServer(new Steps(step), new ServerOptions("", 1, limits));
        return server;
    }

    static ListenAddress.Tcp loopback() {
        return new ListenAddress.Tcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static Limits impatient() {
        return new Limits(1000, 2000, Duration.ofMillis(200), Duration.ofMillis(200));
    }

    /** A client of a new server on a port, without limits of time. */
    RawClient client(Step step) throws IOException {
        return new RawClient(serve(step, Limits.GO).listen(loopback()));
    }

    Socket connect(Step step, Limits limits) throws IOException {
        var address = (ListenAddress.Tcp) serve(step, limits).listen(loopback());
        return new Socket(address.address().getAddress(), address.address().getPort());
    }

    /** Ends the answer with what {@code exchange} was sent. */
    static void echo(Exchange exchange) throws IOException {
        try (var out = exchange.stream(200, "application/octet-stream")) {
            exchange.input().transferTo(out);
        }
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    static String readAll(InputStream in) throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Waits until no buffer is in use any more. */
    void awaitNoBuffers() throws InterruptedException {
        for (int i = 0; i < 1000 && server.buffersHeld() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(server.buffersHeld()).as("buffers that nobody gave back").isZero();
    }

    /** Every test ends with the proof that nothing was kept. */
    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        awaitNoBuffers();
    }
}
