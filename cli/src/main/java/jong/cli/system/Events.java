package jong.cli.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.FilterFlag;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TimeFlag;
import jong.cli.flags.FlagSet;
import jong.cli.text.Times;
import jong.wire.json.JsonObject;
import jong.wire.json.JsonSequence;

/** {@code events}. */
public final class Events extends Command {

    /** Makes the command. */
    public Events() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS]",
                "Get real time events from the server",
                "system events, events",
                Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -f, --filter filter   Filter output based on conditions provided
              --format string   Format output using a custom template:
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --since string    Show all events created since timestamp
              --until string    Stream events until this timestamp
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/events").filters(FilterFlag.read(flags));
        for (String name : List.of("since", "until")) {
            if (flags.given(name)) {
                request.query(name, TimeFlag.unix(flags.text(name)));
            }
        }
        String format = flags.text("format");
        try (var events = new JsonSequence(session.client().send(request).body())) {
            for (var next = events.next(); next.isPresent(); next = events.next()) {
                JsonObject event = next.get();
                session.out()
                        .print(format.isEmpty() ? line(event) : InfoFormat.print(format, event));
                session.out().flush();
            }
        }
        return 0;
    }

    private static String line(JsonObject event) {
        JsonObject actor = event.object("Actor");
        JsonObject attributes = actor.object("Attributes");
        var text = new StringBuilder(Times.rfc3339Nanos(event.number("timeNano")));
        text.append(' ').append(event.string("Type")).append(' ').append(event.string("Action"));
        text.append(' ').append(actor.string("ID"));
        List<String> pairs = new ArrayList<>();
        for (String name : attributes.keySet()) {
            pairs.add(name + "=" + attributes.string(name));
        }
        pairs.sort(null);
        if (!pairs.isEmpty()) {
            text.append(" (").append(String.join(", ", pairs)).append(')');
        }
        return text.append('\n').toString();
    }
}
