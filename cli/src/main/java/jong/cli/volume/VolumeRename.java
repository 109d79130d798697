package jong.cli.volume;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code volume rename}. */
public final class VolumeRename extends Command {

    /** Makes the command. */
    public VolumeRename() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "VOLUME NEW_NAME",
                "Rename a volume\n\n"
                        + "Rename a volume. Containers that have it and do not run go along; while"
                        + " one runs, the volume keeps its name.",
                "",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return "";
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> names = flags.arguments();
        session.client()
                .run(
                        Request.post("/volumes/" + names.get(0) + "/rename")
                                .query("name", names.get(1)));
        return 0;
    }
}
