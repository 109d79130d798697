package jong.cli.volume;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code volume clone}. */
public final class VolumeClone extends Command {

    /** Makes the command. */
    public VolumeClone() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] SOURCE VOLUME",
                "Make a volume with the files and labels of another one",
                "",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return """
          -q, --quiet   Do not show how the copy goes on
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> names = flags.arguments();
        Request request =
                Request.post("/volumes/" + names.get(0) + "/clone").query("name", names.get(1));
        VolumeProgress.show(session, request, flags.on("quiet"));
        session.out().println(names.get(1));
        return 0;
    }
}
