package jong.cli.volume;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.ArchiveOutput;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code volume export}. */
public final class VolumeExport extends Command {

    /** Makes the command. */
    public VolumeExport() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] VOLUME",
                "Export a volume's files as a tar archive",
                "",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
          -o, --output string   Write to a file, instead of STDOUT
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/volumes/" + flags.arguments().getFirst() + "/export");
        ArchiveOutput.save(session, request, flags.text("output"), "export volume");
        return 0;
    }
}
