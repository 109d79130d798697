package jong.cli.image;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code pull}. */
public final class Pull extends Command {

    /** Makes the command. */
    public Pull() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NAME[:TAG|@DIGEST]",
                "Download an image from a registry",
                "image pull, pull",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
          -a, --all-tags                Download all tagged images in the repository
              --platform string         Set platform if server is multi-platform capable
          -q, --quiet                   Suppress verbose output
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String image = flags.arguments().getFirst();
        boolean all = flags.on("all-tags");
        if (!all && !Pulling.withTag(image).equals(image) && !flags.on("quiet")) {
            session.out().println("Using default tag: latest");
            session.out().flush();
        }
        String platform = flags.text("platform", session.variable("DOCKER_DEFAULT_PLATFORM"));
        new Pulling(session, session.out(), flags.on("quiet")).pull(image, platform, all);
        String full = all ? image : Pulling.withTag(image);
        session.out().println(Pulling.canonical(full));
        return 0;
    }
}
