package jong.cli.container;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.cli.image.TagTarget;

/** {@code commit}. */
public final class Commit extends Command {

    /** Makes the command. */
    public Commit() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
                "Create a new image from a container's changes",
                "container commit, commit",
                new Arity(1, 2));
    }

    @Override
    public String flags() {
        return """
          -a, --author string    Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")
          -c, --change list      Apply Dockerfile instruction to the created image
          -m, --message string   Commit message
          -p, --pause            Pause container during commit (default true)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> words = flags.arguments();
        Request request =
                Request.post("/commit")
                        .query("container", words.getFirst())
                        .query("author", flags.text("author"))
                        .query("comment", flags.text("message"));
        if (words.size() > 1) {
            TagTarget target = TagTarget.parse(words.get(1), "");
            request.query("repo", target.repository());
            request.query("tag", target.tag());
        }
        if (flags.given("pause") && !flags.on("pause")) {
            request.query("pause", "0");
        }
        flags.all("change").forEach(change -> request.query("changes", change));
        session.out().println(session.client().object(request).string("Id"));
        return 0;
    }
}
