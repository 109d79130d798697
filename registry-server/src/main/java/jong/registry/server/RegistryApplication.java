package jong.registry.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jong.http.Application;
import jong.http.BrokenRequestException;
import jong.http.Exchange;
import jong.http.RouteTable;
import jong.registry.server.access.AccessControl;
import jong.registry.server.access.Visitor;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.storage.StorageFullException;
import jong.wire.json.Json;

/**
 * What happens to every request, whatever it asks: routing, admission, the registry's headers,
 * errors in the words of the distribution spec.
 */
final class RegistryApplication implements Application {

    private static final System.Logger LOG = System.getLogger(RegistryApplication.class.getName());
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private final RouteTable<Route> routes;
    private final Rules rules;
    private final RequestLog log;
    private final RequestsUnderWay underWay = new RequestsUnderWay();

    /**
     * What every request is subject to.
     *
     * @param access who may do what
     * @param readOnly whether every change is refused
     * @param upstream says which repository of this registry a name stands for
     */
    record Rules(AccessControl access, boolean readOnly, Upstream upstream) {}

    /** Makes the application of complete routes. */
    RegistryApplication(RouteTable<Route> routes, Rules rules, RequestLog log) {
        this.routes = routes;
        this.rules = rules;
        this.log = log;
    }

    /** The requests that are being served. */
    RequestsUnderWay underWay() {
        return underWay;
    }

    @Override
    public void serve(Exchange exchange) throws Exception {
        long begin = System.nanoTime();
        underWay.begin();
        try {
            route(exchange);
        } catch (RegistryException refusal) {
            answer(exchange, refusal);
        } catch (BrokenRequestException broken) {
            answer(exchange, new RegistryException(ErrorCode.SIZE_INVALID, text(broken)));
        } finally {
            underWay.end();
            log.served(exchange, System.nanoTime() - begin);
        }
    }

    private void route(Exchange exchange) throws Exception {
        exchange.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        exchange.setHeader("X-Content-Type-Options", "nosniff");
        String path = exchange.target().path();
        if (!exchange.target().valid()) {
            throw noSuchPath(path);
        }
        if (rules.access().answers(exchange)) {
            return;
        }
        RouteTable.Match<Route> match =
                routes.find(exchange.method(), path).orElseThrow(() -> unrouted(exchange, path));
        Route route = match.destination();
        Map<String, String> variables = located(match.variables(), exchange);
        Visitor visitor = rules.access().admit(exchange, route.permissions(variables));
        if (rules.readOnly() && route.writes()) {
            throw new RegistryException(ErrorCode.UNSUPPORTED, "the registry is read-only");
        }
        route.handler().handle(new RegistryExchange(exchange, variables, visitor));
    }

    /** The repository in the path is another one for another namespace. */
    private Map<String, String> located(Map<String, String> variables, Exchange exchange) {
        String name = variables.get("name");
        if (name == null) {
            return variables;
        }
        var located = new HashMap<>(variables);
        String namespace = exchange.target().query().string("ns");
        located.put("name", rules.upstream().located(name, namespace));
        return located;
    }

    private RegistryException unrouted(Exchange exchange, String path) {
        boolean known = METHODS.stream().anyMatch(method -> routes.find(method, path).isPresent());
        return known
                ? new RegistryException(ErrorCode.UNSUPPORTED, exchange.method() + " of this path")
                : noSuchPath(path);
    }

    private static RegistryException noSuchPath(String path) {
        return new RegistryException(ErrorCode.UNSUPPORTED, 404, "no such path: " + path);
    }

    @Override
    public void fail(Exchange exchange, Throwable failure) throws IOException {
        // A broken connection is the client's affair, anything else is ours.
        boolean ours = !(failure instanceof IOException) || !exchange.answered();
        LOG.log(
                ours ? Level.ERROR : Level.DEBUG,
                exchange.method() + " " + exchange.target().rawPath() + ": " + failure,
                failure);
        if (exchange.answered()) {
            return;
        }
        if (StorageFullException.isTold(failure)) {
            answer(
                    exchange,
                    new RegistryException(ErrorCode.UNKNOWN, 507, "the registry's disk is full"));
        } else {
            exchange.whole(
                    500,
                    "application/json",
                    Json.writeBytes(Map.of("errors", List.of(Map.of("code", "UNKNOWN")))));
        }
    }

    private static String text(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    private static void answer(Exchange exchange, RegistryException refusal) throws IOException {
        if (exchange.answered()) {
            throw refusal; // Found out too late; the client must not take the answer for whole.
        }
        exchange.whole(refusal.status(), "application/json", Json.writeBytes(refusal.toJson()));
    }
}
