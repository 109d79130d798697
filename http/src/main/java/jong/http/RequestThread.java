package jong.http;

import java.io.IOException;
import java.lang.System.Logger.Level;

/** The life of one request, from its head to the end of its answer. */
final class RequestThread {

    private static final System.Logger LOG = System.getLogger(RequestThread.class.getName());

    private RequestThread() {}

    /** Lets {@code application} serve the request to its end. */
    static void serve(Application application, NettyExchange exchange) {
        try {
            application.serve(exchange);
            exchange.finish();
        } catch (IOException e) {
            if (exchange.answered()) {
                // The client went away in the middle, the usual end of a followed stream.
                LOG.log(Level.DEBUG, () -> exchange.description() + ": " + e.getMessage());
                exchange.abort();
            } else {
                fail(application, exchange, e);
            }
        } catch (Throwable e) {
            fail(application, exchange, e);
        } finally {
            exchange.complete();
        }
    }

    private static void fail(Application application, NettyExchange exchange, Throwable failure) {
        boolean cut = exchange.answered();
        try {
            application.fail(exchange, failure);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "cannot send an error: " + e.getMessage());
        } finally {
            if (cut) {
                exchange.abort();
            }
        }
    }
}
