package jong.cli.manifest;

import java.io.IOException;
import java.util.List;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code manifest push}. */
public final class ManifestPush extends Command {

    /** Makes the command. */
    public ManifestPush() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] MANIFEST_LIST",
                "Push a manifest list to a repository",
                "",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --insecure   Allow push to an insecure registry
          -p, --purge      Remove the local manifest list after push
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var store = new ManifestStore(session.config().directory());
        String list = Manifests.name(flags.arguments().getFirst());
        List<JsonObject> entries = store.manifests(list);
        if (entries.isEmpty()) {
            throw new CommandException("No such manifest: " + Manifests.familiar(list));
        }
        for (JsonObject entry : entries) {
            String source = registry(entry.string("Ref"));
            if (!source.equals(registry(list))) {
                throw new CommandException(
                        "cannot use source images from a different registry than the target"
                                + " image: "
                                + source
                                + " != "
                                + registry(list));
            }
        }
        session.out().println(new Manifests(session).push(list, entries));
        if (flags.on("purge")) {
            store.remove(list);
        }
        return 0;
    }

    private static String registry(String name) {
        return name.substring(0, name.indexOf('/'));
    }
}
