package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TimeFlag;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code logs}. */
public final class Logs extends Command {

    /** Makes the command. */
    public Logs() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER",
                "Fetch the logs of a container",
                "container logs, logs",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --details        Show extra details provided to logs
          -f, --follow         Follow log output
              --since string   Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") \
        or relative (e.g. "42m" for 42 minutes)
          -n, --tail string    Number of lines to show from the end of the logs \
        (default "all")
          -t, --timestamps     Show timestamps
              --until string   Show logs before a timestamp (e.g. \
        "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String name = flags.arguments().getFirst();
        JsonObject container =
                session.client().object(Request.get("/containers/" + name + "/json"));
        Request request =
                Request.get("/containers/" + container.string("Id", name) + "/logs")
                        .flag("stdout", true)
                        .flag("stderr", true)
                        .flag("follow", flags.on("follow"))
                        .flag("timestamps", flags.on("timestamps"))
                        .flag("details", flags.on("details"))
                        .query("tail", flags.text("tail", "all"));
        time(request, "since", flags);
        time(request, "until", flags);
        try (Response logs = session.client().send(request)) {
            boolean terminal = container.object("Config").flag("Tty");
            Streams.copy(logs.body(), terminal, session);
        }
        return 0;
    }

    private static void time(Request request, String name, FlagSet flags) {
        if (flags.given(name)) {
            request.query(name, TimeFlag.unix(flags.text(name)));
        }
    }
}
