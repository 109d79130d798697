package jong.cli.image;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.ArchiveOutput;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code save}. */
public final class Save extends Command {

    /** Makes the command. */
    public Save() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE [IMAGE...]",
                "Save one or more images to a tar archive (streamed to STDOUT by default)",
                "image save, save",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -o, --output string     Write to a file, instead of STDOUT
              --platform string   Save only the given platform variant. Formatted as \
        "os[/arch[/variant]]" (e.g., "linux/amd64")
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/images/get");
        PlatformFlag.add(request, session, flags, 48);
        flags.arguments().forEach(name -> request.query("names", name));
        ArchiveOutput.save(session, request, flags.text("output"), "save image");
        return 0;
    }
}
