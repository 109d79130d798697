package jong.cli.image;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code tag}. */
public final class Tag extends Command {

    /** Makes the command. */
    public Tag() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
                "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
                "image tag, tag",
                Arity.exactly(2));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String source = flags.arguments().get(0);
        String name = flags.arguments().get(1);
        TagTarget target =
                TagTarget.parse(
                        Pulling.withTag(name),
                        "Error parsing reference: \""
                                + name
                                + "\" is not a valid repository/tag: ");
        session.client()
                .run(
                        Request.post("/images/" + source + "/tag")
                                .query("repo", Pulling.canonical(target.repository()))
                                .query("tag", target.tag()));
        return 0;
    }
}
