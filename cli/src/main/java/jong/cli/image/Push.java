package jong.cli.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;

/** {@code push}. */
public final class Push extends Command {

    /** Makes the command. */
    public Push() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NAME[:TAG]",
                "Upload an image to a registry",
                "image push, push",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
          -a, --all-tags                Push all tags of an image to the repository
              --platform string         Push a platform-specific manifest as a \
        single-platform image to the registry.
              Image index won't be pushed, meaning that other manifests, including \
        attestations won't be preserved.
              'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)
          -q, --quiet                   Suppress verbose output
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String image = flags.arguments().getFirst();
        boolean quiet = flags.on("quiet");
        String full = wanted(session, image, flags.on("all-tags"), quiet);
        int colon = full.indexOf(':', full.lastIndexOf('/') + 1);
        String name = colon < 0 ? full : full.substring(0, colon);
        Request request =
                Request.post("/images/" + name + "/push")
                        .query("tag", colon < 0 ? "" : full.substring(colon + 1))
                        .header("X-Registry-Auth", Pulling.authentication(session, name));
        PlatformFlag.add(request, session, flags, 46);
        try (Response response = session.client().send(request)) {
            PrintStream shown =
                    quiet
                            ? new PrintStream(OutputStream.nullOutputStream(), false, UTF_8)
                            : session.out();
            boolean terminal = !quiet && Terminal.isTerminal(1);
            new Progress(shown, terminal).show(response.body(), _ -> {});
        }
        if (quiet) {
            session.out().println(Pulling.canonical(full));
        }
        return 0;
    }

    /** The image with its tag, or without one for all tags; says which if it was left out. */
    private static String wanted(Session session, String image, boolean all, boolean quiet) {
        if (image.indexOf('@') >= 0) {
            throw new CommandException("cannot push a digest reference");
        }
        String full = Pulling.withTag(image);
        boolean tagged = full.equals(image);
        if (all) {
            if (tagged) {
                throw new CommandException("tag can't be used with --all-tags/-a");
            }
            return image;
        }
        if (!tagged && !quiet) {
            session.out().println("Using default tag: latest");
            session.out().flush();
        }
        return full;
    }
}
