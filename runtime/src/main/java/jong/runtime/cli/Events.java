package jong.runtime.cli;

import java.io.IOException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code events}: one JSON object a line, until the container ends. */
final class Events {

    private static final long DEFAULT_INTERVAL_MILLIS = 5000;

    /** How late an OOM kill may be told: the kernel's news of it cannot be awaited from Java. */
    private static final int OOM_INTERVAL_MILLIS = 100;

    private final Session session;
    private final Instance instance;

    private Events(Session session, Instance instance) {
        this.session = session;
        this.instance = instance;
    }

    static int events(Session session, Arguments arguments) throws IOException {
        Instance instance = session.instance(arguments.id());
        long interval = millis(arguments.value("interval", DEFAULT_INTERVAL_MILLIS + "ms"));
        if (interval <= 0) {
            throw new InvalidArgument("duration interval must be greater than 0");
        }
        if (!instance.state().alive()) {
            throw new Conflict("container with id " + arguments.id() + " is not running");
        }
        var events = new Events(session, instance);
        if (arguments.has("stats")) {
            events.tell("stats", instance.cgroup().stats());
        } else {
            events.follow(interval);
        }
        return 0;
    }

    private void follow(long interval) throws IOException {
        long kills = instance.cgroup().oomKills();
        long next = System.nanoTime() + interval * 1_000_000;
        while (instance.state().alive()) {
            long pause = Math.min(OOM_INTERVAL_MILLIS, (next - System.nanoTime()) / 1_000_000);
            session.front().sleep((int) Math.max(1, pause));
            long now = instance.cgroup().oomKills();
            for (; kills < now; kills++) {
                tell("oom", null);
            }
            if (System.nanoTime() >= next && instance.state().alive()) {
                tell("stats", instance.cgroup().stats());
                next = System.nanoTime() + interval * 1_000_000;
            }
        }
    }

    private void tell(String type, @org.jspecify.annotations.Nullable JsonObject data) {
        JsonObject event = new JsonObject().with("type", type).with("id", instance.state().id());
        if (data != null) {
            event.with("data", data);
        }
        session.out().println(Json.write(event));
        session.out().flush();
    }

    /** Go's form of durations, one number and unit: {@code 500ms}, {@code 5s}, {@code 1m}. */
    static long millis(String text) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || end == 0)) {
            end++;
        }
        long unit =
                switch (text.substring(end)) {
                    case "ms" -> 1;
                    case "s" -> 1000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> text.equals("0") ? 1 : -1;
                };
        try {
            if (unit > 0) {
                return Long.parseLong(text.substring(0, end)) * unit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the same words.
        }
        throw new InvalidArgument("invalid value \"" + text + "\" for flag -interval: parse error");
    }
}
