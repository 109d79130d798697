package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code kill}. */
public final class Kill extends Command {

    /** Makes the command. */
    public Kill() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                "Kill one or more running containers",
                "container kill, kill",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -s, --signal string   Signal to send to the container
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.print(
                session,
                flags.arguments(),
                name -> {
                    Request request = Request.post("/containers/" + name + "/kill");
                    if (flags.given("signal")) {
                        request.query("signal", flags.text("signal"));
                    }
                    session.client().run(request);
                });
    }
}
