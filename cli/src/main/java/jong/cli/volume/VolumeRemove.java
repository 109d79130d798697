package jong.cli.volume;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code volume rm}. */
public final class VolumeRemove extends Command {

    /** Makes the command. */
    public VolumeRemove() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] VOLUME [VOLUME...]",
                "Remove one or more volumes\n\n"
                        + "Remove one or more volumes. You cannot remove a volume that is in use"
                        + " by a container.",
                "volume rm, volume remove",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --force   Force the removal of one or more volumes
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.print(
                session,
                flags.arguments(),
                name ->
                        session.client()
                                .run(
                                        Request.delete("/volumes/" + name)
                                                .flag("force", flags.on("force"))));
    }
}
