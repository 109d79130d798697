package jong.runtime.cli;

import java.io.IOException;
import java.util.Optional;
import jong.runtime.cgroups.OomNotices;
import jong.runtime.resctrl.ResctrlGroup;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code events}: one JSON object a line, until the container ends. */
final class Events {

    private static final long DEFAULT_INTERVAL_MILLIS = 5000;

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
            events.tellStats();
        } else {
            events.follow(interval);
        }
        return 0;
    }

    private void follow(long interval) throws IOException {
        Optional<OomNotices> notices = instance.cgroup().oomNotices();
        session.front().watch(instance.state().process(), notices);
        long next = System.nanoTime() + interval * 1_000_000;
        while (true) {
            long pause = (next - System.nanoTime()) / 1_000_000;
            Front.Woken woken = session.front().sleep(Math.clamp(pause, 1, Integer.MAX_VALUE));
            if (notices.isPresent()) {
                long times = notices.get().since(woken.announcements());
                for (long i = 0; i < times; i++) {
                    tell("oom", null);
                }
            }
            if (woken.ended()) {
                return;
            }
            if (System.nanoTime() >= next) {
                tellStats();
                next = System.nanoTime() + interval * 1_000_000;
            }
        }
    }

    private void tellStats() throws IOException {
        JsonObject stats = instance.cgroup().stats();
        Optional<ResctrlGroup> resctrl = instance.resctrl();
        if (resctrl.isPresent()) {
            stats.with("intel_rdt", resctrl.get().stats());
        }
        tell("stats", stats);
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
