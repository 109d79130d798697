package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import jong.http.Application;
import jong.http.Exchange;
import jong.oci.Digest;
import jong.registry.server.storage.CollectionResult;

/** Counts, and shows the counters in Prometheus' text format 0.0.4. */
final class Metrics implements Observer, RequestLog, Application {

    private static final String REQUESTS = "jong_registry_http_requests_total";
    private static final String SECONDS = "jong_registry_http_request_seconds_total";
    private static final String CONTENT = "jong_registry_content_total";
    private static final String BYTES = "jong_registry_content_bytes_total";
    private static final String EVENTS = "jong_registry_events_total";
    private static final String PROXY = "jong_registry_proxy_requests_total";
    private static final String COLLECTED = "jong_registry_collected_total";

    private static final Map<String, String> HELP =
            new TreeMap<>(
                    Map.of(
                            REQUESTS, "Requests by method and status.",
                            SECONDS, "Time spent on requests by method.",
                            CONTENT, "Manifests and blobs by what was done with them.",
                            BYTES, "Bytes of manifests and blobs by what was done with them.",
                            EVENTS, "Events for web hooks by what became of them.",
                            PROXY, "What a pull-through cache was asked for, by where it was.",
                            COLLECTED, "What the collector removed."));

    /** By name and labels, as they are shown; nanoseconds for {@link #SECONDS}. */
    private final Map<String, LongAdder> counters = new ConcurrentSkipListMap<>();

    private void add(String name, String labels, long amount) {
        counters.computeIfAbsent(name + "{" + labels + "}", _ -> new LongAdder()).add(amount);
    }

    @Override
    public void served(Exchange exchange, long nanos) {
        String method = known(exchange.method());
        int status = exchange.status() == 0 ? 500 : exchange.status();
        add(REQUESTS, "method=\"" + method + "\",code=\"" + status + "\"", 1);
        add(SECONDS, "method=\"" + method + "\"", nanos);
    }

    /** Clients may invent methods; labels may not multiply by that. */
    private static String known(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" -> method;
            default -> "other";
        };
    }

    private void content(String action, long bytes) {
        add(CONTENT, "action=\"" + action + "\"", 1);
        add(BYTES, "action=\"" + action + "\"", bytes);
    }

    @Override
    public void pulled(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        content("pull", exchange.http().method().equals("HEAD") ? 0 : size);
    }

    @Override
    public void pushed(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        content("push", size);
    }

    @Override
    public void mounted(RegistryExchange exchange, Digest digest, long size, String from) {
        content("mount", size);
    }

    @Override
    public void deleted(RegistryExchange exchange, String digest, String tag) {
        content("delete", 0);
    }

    /** An event was {@code delivered}, {@code failed} or {@code dropped}. */
    void event(String outcome) {
        add(EVENTS, "outcome=\"" + outcome + "\"", 1);
    }

    /** A cache had something ({@code hit}) or had to fetch it ({@code miss}). */
    void proxied(String outcome) {
        add(PROXY, "outcome=\"" + outcome + "\"", 1);
    }

    /** A collection ended. */
    void collected(CollectionResult result) {
        add(COLLECTED, "kind=\"manifests\"", result.manifests());
        add(COLLECTED, "kind=\"links\"", result.links());
        add(COLLECTED, "kind=\"blobs\"", result.blobs());
        add(COLLECTED, "kind=\"bytes\"", result.bytes());
        add(COLLECTED, "kind=\"uploads\"", result.uploads());
    }

    /** The counters as text. */
    String text() {
        var text = new StringBuilder();
        HELP.forEach((name, help) -> {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(" counter\n");
            counters.forEach((series, count) -> {
                if (series.startsWith(name + "{")) {
                    text.append(series).append(' ');
                    text.append(value(name, count.sum())).append('\n');
                }
            });
        });
        return text.toString();
    }

    private static String value(String name, long sum) {
        return name.equals(SECONDS) ? Double.toString(sum / 1e9) : Long.toString(sum);
    }

    @Override
    public void serve(Exchange exchange) throws IOException {
        if (exchange.target().path().equals("/metrics")) {
            exchange.whole(200, "text/plain; version=0.0.4", text().getBytes(UTF_8));
        } else {
            exchange.empty(404);
        }
    }

    @Override
    public void fail(Exchange exchange, Throwable failure) throws IOException {
        if (!exchange.answered()) {
            exchange.empty(500);
        }
    }
}
