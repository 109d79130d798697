package jong.cli.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;

/** {@code load}. */
public final class Load extends Command {

    /** Makes the command. */
    public Load() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS]",
                "Load an image from a tar archive or STDIN",
                "image load, load",
                Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -i, --input string      Read from tar archive file, instead of STDIN
              --platform string   Load only the given platform variant. Formatted as \
        "os[/arch[/variant]]" (e.g., "linux/amd64")
          -q, --quiet             Suppress the load output
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String file = flags.text("input");
        if (!file.isEmpty()) {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return load(session, flags, in);
            } catch (NoSuchFileException e) {
                throw new CommandException("open " + file + ": no such file or directory");
            }
        }
        if (Terminal.isTerminal(0)) {
            throw new CommandException("requested load from stdin, but stdin is empty");
        }
        return load(session, flags, session.in());
    }

    private static int load(Session session, FlagSet flags, InputStream archive)
            throws IOException {
        boolean terminal = Terminal.isTerminal(1);
        Request request =
                Request.post("/images/load")
                        .query("quiet", flags.on("quiet") || !terminal ? "1" : "0")
                        .stream(archive, "application/x-tar");
        PlatformFlag.add(request, session, flags, 48);
        try (Response response = session.client().send(request)) {
            if (response.header("Content-Type").startsWith("application/json")) {
                new Progress(session.out(), terminal).show(response.body(), _ -> {});
            } else {
                response.body().transferTo(session.out());
            }
        }
        return 0;
    }
}
