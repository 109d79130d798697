package jong.engine.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jong.api.Filters;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.wire.json.Json;
import jong.wire.status.StatusException.InvalidArgument;

/** {@code GET /events}. */
public final class EventRoutes {

    /** An until that is further away than this is never. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    private static final List<String> LINE_TYPES =
            List.of("application/x-ndjson", "application/jsonl");
    private static final String SEQUENCE_TYPE = "application/json-seq";

    private final Events events;
    private final Clock clock;

    /** Serves the events of {@code events}. */
    public EventRoutes(Events events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Registers the routes. */
    public void register(Router router) {
        router.route("GET", "/events", this::stream);
    }

    private void stream(Exchange exchange) throws IOException, InterruptedException {
        String sinceText = exchange.query().string("since");
        String untilText = exchange.query().string("until");
        Instant since = time(sinceText, Instant.MAX);
        Instant until = time(untilText, clock.instant().plus(FOREVER));
        if (!sinceText.isEmpty() && since.isAfter(until)) {
            throw new InvalidArgument(
                    "`since` time ("
                            + sinceText
                            + ") cannot be after `until` time ("
                            + untilText
                            + ")");
        }
        var filter = new EventFilter(Filters.decode(exchange.query().string("filters")));
        String type = mediaType(exchange.header("Accept"));
        try (Subscription subscription = events.subscribe(since, filter);
                OutputStream out = exchange.stream(200, type)) {
            exchange.onDisconnect(subscription::close);
            send(subscription, until, out, type);
        }
    }

    private void send(Subscription subscription, Instant until, OutputStream out, String type)
            throws IOException, InterruptedException {
        boolean sequence = type.equals(SEQUENCE_TYPE);
        while (!subscription.ended()) {
            Duration left = Duration.between(clock.instant(), until);
            Event event = subscription.next(left.isNegative() ? Duration.ZERO : left);
            if (event == null || event.time().isAfter(until)) {
                return;
            }
            // RFC 7464: each text of a sequence begins with a record separator.
            String line = (sequence ? "\u001e" : "") + Json.write(event.toJson()) + "\n";
            out.write(line.getBytes(UTF_8));
        }
    }

    private static String mediaType(String accept) {
        for (String wanted : accept.split(",")) {
            String type = wanted.split(";", 2)[0].strip();
            if (LINE_TYPES.contains(type) || type.equals(SEQUENCE_TYPE)) {
                return type;
            }
        }
        return "application/json";
    }

    /** Seconds since the epoch, with a fraction. */
    private static Instant time(String text, Instant fallback) {
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            var seconds = new BigDecimal(text);
            long whole = seconds.longValue();
            long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
            return Instant.ofEpochSecond(whole, nanos);
        } catch (NumberFormatException | java.time.DateTimeException e) {
            throw new InvalidArgument(
                    "strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }
}
