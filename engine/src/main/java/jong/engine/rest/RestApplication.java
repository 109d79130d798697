package jong.engine.rest;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import jong.api.ApiVersion;
import jong.http.Application;
import jong.http.RequestTarget;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * What happens to every request, whatever it asks: routing, the check of the API version, the
 * engine's headers, errors.
 */
public final class RestApplication implements Application {

    private static final System.Logger LOG = System.getLogger(RestApplication.class.getName());

    /** The oldest version of the API that is served. */
    public static final ApiVersion OLDEST_VERSION = ApiVersion.OLDEST;

    /**
     * The newest version of the API that is served, and the one of requests that name none: that of
     * docker's client 28.2, whose commands for images of several platforms want it. What later
     * versions left out of 1.45, which Jong is compared with, is left out for who asks for them.
     */
    public static final ApiVersion NEWEST_VERSION = new ApiVersion(1, 50);

    /** The longest JSON body that is read, in bytes. */
    public static final int MAX_JSON_BODY = 8 << 20;

    private final Router router;
    private final String product;

    /**
     * Makes the application of a complete router.
     *
     * @param product name and version for the {@code Server} header: {@code Jong/0.1.0}
     */
    public RestApplication(Router router, String product) {
        this.router = router;
        this.product = product;
    }

    @Override
    public void serve(jong.http.Exchange request) throws Exception {
        LOG.log(Level.DEBUG, () -> "Calling " + describe(request));
        if (request.method().equals("OPTIONS")) {
            var exchange = new RestExchange(request, Map.of(), NEWEST_VERSION);
            setEngineHeaders(exchange);
            exchange.setHeader("Docker-Experimental", "false");
            exchange.empty(200);
            return;
        }
        RequestTarget target = request.target();
        if (!target.valid()) {
            throw new NotFound("page not found");
        }
        String clean = target.cleanPath();
        if (!clean.equals(target.path())) {
            String query = target.rawQuery();
            request.setHeader("Location", query.isEmpty() ? clean : clean + "?" + query);
            request.empty(301);
            return;
        }
        Router.Match match =
                router.find(request.method(), clean)
                        .orElseThrow(() -> new NotFound("page not found"));
        route(request, match);
    }

    private void route(jong.http.Exchange request, Router.Match match) throws Exception {
        // A wrong version is answered with the engine's headers too.
        setEngineHeaders(new RestExchange(request, Map.of(), NEWEST_VERSION));
        var exchange = new RestExchange(request, match.variables(), version(match.version()));
        setEngineHeaders(exchange);
        exchange.setHeader("Docker-Experimental", "false");
        match.handler().handle(exchange);
    }

    private void setEngineHeaders(RestExchange exchange) {
        exchange.setHeader("Api-Version", NEWEST_VERSION.toString());
        exchange.setHeader("Ostype", "linux");
        exchange.setHeader("Server", product + " (linux)");
    }

    private static ApiVersion version(String text) {
        if (text.isEmpty()) {
            return NEWEST_VERSION;
        }
        ApiVersion version;
        try {
            version = ApiVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new NotFound("page not found", e);
        }
        if (version.compareTo(OLDEST_VERSION) < 0) {
            throw new InvalidArgument(
                    "client version "
                            + text
                            + " is too old. Minimum supported API version is "
                            + OLDEST_VERSION
                            + ", please upgrade your client to a newer version");
        }
        if (version.compareTo(NEWEST_VERSION) > 0) {
            throw new InvalidArgument(
                    "client version "
                            + text
                            + " is too new. Maximum supported API version is "
                            + NEWEST_VERSION);
        }
        return version;
    }

    @Override
    public void fail(jong.http.Exchange request, Throwable failure) throws IOException {
        log(request, failure);
        if (!request.answered()) {
            Failures.answer(new RestExchange(request, Map.of(), NEWEST_VERSION), failure);
        }
    }

    private static void log(jong.http.Exchange request, Throwable failure) {
        int status = Failures.status(failure);
        Level level = status == 500 ? Level.ERROR : Level.DEBUG;
        // The stack is of interest only where no one has said what went wrong.
        boolean unforeseen =
                failure instanceof RuntimeException && !(failure instanceof StatusException);
        String text = "Handler for " + describe(request) + " returned error: ";
        if (status == 500 && (unforeseen || failure instanceof Error)) {
            LOG.log(level, text + failure, failure);
        } else {
            LOG.log(level, text + Failures.message(failure));
        }
    }

    private static String describe(jong.http.Exchange request) {
        // Without the query, which may hold what is nobody's business.
        return request.method() + " " + request.target().rawPath();
    }
}
