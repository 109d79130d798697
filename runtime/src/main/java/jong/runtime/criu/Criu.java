package jong.runtime.criu;

import java.io.IOException;
import java.util.function.Consumer;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.Unimplemented;

/**
 * The questions that are put to criu, each to a process of its own (criu.org/RPC). Errors have
 * runc's texts.
 *
 * @param starter starts such a process
 * @param debug gets lines for a log
 */
public record Criu(Starter starter, Consumer<String> debug) {

    /** Starts criu in its way. */
    public interface Starter {
        CriuConnection start() throws IOException;
    }

    /** Is told how far criu has come; it waits meanwhile. */
    public interface Listener {

        /**
         * An event (criu.org/Action_scripts).
         *
         * @param pid the first process that is dumped or restored; 0 where it is not known
         * @throws IOException makes criu fail, as does any other exception
         */
        void happened(String event, int pid) throws IOException;
    }

    /**
     * The version of criu: 40101 for 4.1.1.
     *
     * @throws Internal if it cannot be had
     */
    public int version() throws IOException {
        try {
            return ask(CriuRequest.version()).version();
        } catch (IOException e) {
            throw new Internal("CRIU version check failed: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses an older criu.
     *
     * @throws Internal if that is what is there
     */
    public static void require(int version, int least) {
        if (version < least) {
            throw new Internal("CRIU version " + version + " must be " + least + " or higher");
        }
    }

    /**
     * Refuses to go on without a feature.
     *
     * @throws Unimplemented if it is missing
     */
    public void require(CriuFeature feature) throws IOException {
        CriuReply reply;
        try {
            reply = ask(CriuRequest.feature(feature));
            if (!reply.success()) {
                throw failed(reply);
            }
        } catch (IOException | Internal e) {
            throw new Internal("CRIU feature check failed: " + e.getMessage(), e);
        }
        if (!reply.mayHave(feature)) {
            throw new Unimplemented("criu is missing features: [" + feature.word() + "]");
        }
    }

    private CriuReply ask(byte[] question) throws IOException {
        CriuConnection connection = starter.start();
        try {
            connection.send(question);
            return next(connection);
        } finally {
            connection.end();
        }
    }

    private static CriuReply next(CriuConnection connection) throws IOException {
        byte[] bytes = connection.receive();
        if (bytes.length == 0) {
            throw new IOException("unexpected EOF");
        }
        return CriuReply.parse(bytes);
    }

    /**
     * Has criu dump or restore, on a connection that is left open.
     *
     * @throws Internal if it fails
     */
    public void carryOut(
            CriuConnection connection, CriuRequest request, CriuOptions options, Listener listener)
            throws IOException {
        debug.accept("Using CRIU in " + request + " mode");
        options.described().forEach(option -> debug.accept("CRIU option " + option));
        connection.send(request.with(options));
        CriuReply reply = next(connection);
        while (true) {
            if (!reply.success()) {
                throw failed(reply);
            }
            if (reply.type() != CriuRequest.NOTIFY) {
                break;
            }
            debug.accept("notify: " + reply.script());
            listener.happened(reply.script(), reply.pid());
            connection.send(CriuRequest.notified());
            reply = next(connection);
        }
        if (reply.type() != request) {
            throw new Internal("unable to parse the response " + reply.type());
        }
    }

    private static Internal failed(CriuReply reply) {
        return new Internal("criu failed: type " + reply.type() + " errno " + reply.errno());
    }
}
