package jong.cli.network;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code network disconnect}. */
public final class NetworkDisconnect extends Command {

    /** Makes the command. */
    public NetworkDisconnect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NETWORK CONTAINER",
                "Disconnect a container from a network",
                "",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return """
          -f, --force   Force the container to disconnect from a network
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        JsonObject body =
                new JsonObject()
                        .with("Container", flags.arguments().get(1))
                        .with("Force", flags.on("force"));
        String path = "/networks/" + flags.arguments().get(0) + "/disconnect";
        session.client().run(Request.post(path).json(body));
        return 0;
    }
}
