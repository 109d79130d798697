package jong.cli.volume;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code volume update}: for volumes of a cluster, of which there are none. */
public final class VolumeUpdate extends Command {

    /** Makes the command. */
    public VolumeUpdate() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] VOLUME", "Update a volume (cluster volumes only)", "", Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --availability string   Cluster Volume availability ("active", "pause", \
        "drain") (default "active")
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        session.client().object(Request.get("/volumes/" + flags.arguments().getFirst()));
        throw new CommandException("can only update cluster volumes");
    }
}
