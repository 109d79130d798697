package jong.cli.volume;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Pairs;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code volume create}. */
public final class VolumeCreate extends Command {

    /** Makes the command. */
    public VolumeCreate() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS] [VOLUME]", "Create a volume", "", Arity.atMost(1));
    }

    @Override
    public String flags() {
        return """
          -d, --driver string             Specify volume driver name (default "local")
              --label list                Set metadata for a volume
              --name string               (hidden)
          -o, --opt map                   Set driver specific options (default map[])
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String name =
                flags.arguments().isEmpty() ? flags.text("name") : flags.arguments().getFirst();
        if (flags.given("name") && !flags.arguments().isEmpty()) {
            throw new CommandException(
                    "conflicting options: cannot specify a volume-name through both --name and as"
                            + " a positional arg");
        }
        JsonObject body =
                new JsonObject()
                        .withUnlessEmpty("Name", name)
                        .with("Driver", flags.text("driver", "local"))
                        .withUnlessEmpty("DriverOpts", Pairs.read(flags.all("opt")))
                        .withUnlessEmpty("Labels", Pairs.read(flags.all("label")));
        JsonObject volume = session.client().object(Request.post("/volumes/create").json(body));
        session.out().println(volume.string("Name"));
        return 0;
    }
}
