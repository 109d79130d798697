package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code stop} and {@code restart}: the same request with another verb. */
public final class Stop extends Command {

    private final boolean restart;

    /** Makes {@code restart} or {@code stop}. */
    public Stop(boolean restart) {
        this.restart = restart;
    }

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                restart ? "Restart one or more containers" : "Stop one or more running containers",
                restart ? "container restart, restart" : "container stop, stop",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -s, --signal string   Signal to send to the container
          -t, --timeout int     Seconds to wait before killing the container
          --time int        (hidden)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String verb = restart ? "restart" : "stop";
        return ForEach.print(
                session,
                flags.arguments(),
                name -> {
                    Request request = Request.post("/containers/" + name + "/" + verb);
                    if (flags.given("timeout") || flags.given("time")) {
                        String seconds = flags.text("timeout", flags.text("time"));
                        request.query("t", seconds);
                    }
                    if (flags.given("signal")) {
                        request.query("signal", flags.text("signal"));
                    }
                    session.client().run(request);
                });
    }
}
