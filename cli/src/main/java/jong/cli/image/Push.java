package jong.cli.image;

import java.io.IOException;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
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
        String full = flags.on("all-tags") ? image : Pulling.withTag(image);
        int colon = full.indexOf(':', full.lastIndexOf('/') + 1);
        String name = colon < 0 ? full : full.substring(0, colon);
        Request request =
                Request.post("/images/" + name + "/push")
                        .query("tag", colon < 0 ? "" : full.substring(colon + 1))
                        .header("X-Registry-Auth", Pulling.authentication(session, name));
        session.out().println("The push refers to repository [" + Pulling.canonical(name) + "]");
        try (Response response = session.client().send(request)) {
            boolean terminal = Terminal.isTerminal(1);
            new Progress(session.out(), terminal).show(response.body(), _ -> {});
        }
        return 0;
    }
}
