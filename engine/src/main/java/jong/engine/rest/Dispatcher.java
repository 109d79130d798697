package jong.engine.rest;

import java.io.IOException;
import java.lang.System.Logger.Level;
import jong.api.ApiVersion;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * What happens to every request, whatever it asks: routing, the check of the API version, the
 * engine's headers, errors.
 */
final class Dispatcher {

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final Router router;
    private final String product;

    /**
     * Makes a dispatcher.
     *
     * @param product name and version for the {@code Server} header: {@code Jong/0.1.0}
     */
    Dispatcher(Router router, String product) {
        this.router = router;
        this.product = product;
    }

    /** Serves one request to its end. Runs on the request's own thread. */
    void serve(NettyExchange exchange) {
        try {
            route(exchange);
            exchange.finish();
        } catch (IOException e) {
            if (exchange.answered()) {
                // The client went away in the middle, the usual end of a followed stream.
                LOG.log(Level.DEBUG, () -> describe(exchange) + ": " + e.getMessage());
                exchange.abort();
            } else {
                fail(exchange, e);
            }
        } catch (Throwable e) {
            fail(exchange, e);
        } finally {
            exchange.complete();
        }
    }

    private void route(NettyExchange exchange) throws Exception {
        LOG.log(Level.DEBUG, () -> "Calling " + describe(exchange));
        var target = RequestTarget.of(exchange.target());
        if (exchange.method().equals("OPTIONS")) {
            setEngineHeaders(exchange);
            exchange.empty(200);
            return;
        }
        if (!target.valid()) {
            throw new NotFound("page not found");
        }
        String clean = target.cleanPath();
        if (!clean.equals(target.path())) {
            String query = target.rawQuery();
            exchange.setHeader("Location", query.isEmpty() ? clean : clean + "?" + query);
            exchange.empty(301);
            return;
        }
        Router.Match match =
                router.find(exchange.method(), clean)
                        .orElseThrow(() -> new NotFound("page not found"));
        setEngineHeaders(exchange);
        exchange.matched(match.variables(), version(match.version()));
        exchange.setHeader("Docker-Experimental", "false");
        match.handler().handle(exchange);
    }

    private void setEngineHeaders(NettyExchange exchange) {
        exchange.setHeader("Api-Version", HttpServer.NEWEST_VERSION.toString());
        exchange.setHeader("Ostype", "linux");
        exchange.setHeader("Server", product + " (linux)");
        if (exchange.method().equals("OPTIONS")) {
            exchange.setHeader("Docker-Experimental", "false");
        }
    }

    private static ApiVersion version(String text) {
        if (text.isEmpty()) {
            return HttpServer.NEWEST_VERSION;
        }
        ApiVersion version;
        try {
            version = ApiVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new NotFound("page not found", e);
        }
        if (version.compareTo(HttpServer.OLDEST_VERSION) < 0) {
            throw new InvalidArgument(
                    "client version "
                            + text
                            + " is too old. Minimum supported API version is "
                            + HttpServer.OLDEST_VERSION
                            + ", please upgrade your client to a newer version");
        }
        if (version.compareTo(HttpServer.NEWEST_VERSION) > 0) {
            throw new InvalidArgument(
                    "client version "
                            + text
                            + " is too new. Maximum supported API version is "
                            + HttpServer.NEWEST_VERSION);
        }
        return version;
    }

    private static void fail(NettyExchange exchange, Throwable failure) {
        int status = Failures.status(failure);
        Level level = status == 500 ? Level.ERROR : Level.DEBUG;
        // The stack is of interest only where no one has said what went wrong.
        boolean unforeseen =
                failure instanceof RuntimeException
                        && !(failure instanceof jong.wire.status.StatusException);
        String text = "Handler for " + describe(exchange) + " returned error: ";
        if (status == 500 && (unforeseen || failure instanceof Error)) {
            LOG.log(level, text + failure, failure);
        } else {
            LOG.log(level, text + Failures.message(failure));
        }
        if (exchange.answered()) {
            exchange.abort();
            return;
        }
        try {
            Failures.answer(exchange, failure);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "cannot send an error: " + e.getMessage());
        }
    }

    private static String describe(NettyExchange exchange) {
        // Without the query, which may hold what is nobody's business.
        String target = exchange.target();
        int mark = target.indexOf('?');
        return exchange.method() + " " + (mark < 0 ? target : target.substring(0, mark));
    }
}
