package jong.cli.manifest;

import java.io.IOException;
import java.util.List;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** {@code manifest inspect}. */
public final class ManifestInspect extends Command {

    /** Makes the command. */
    public ManifestInspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] [MANIFEST_LIST] MANIFEST",
                "Display an image manifest, or manifest list",
                "",
                new Arity(1, 2));
    }

    @Override
    public String flags() {
        return """
              --insecure   Allow communication with an insecure registry
          -v, --verbose    Output additional info including layers and platform
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var store = new ManifestStore(session.config().directory());
        var manifests = new Manifests(session);
        boolean verbose = flags.on("verbose");
        List<String> names = flags.arguments().stream().map(Manifests::name).toList();
        if (names.size() == 2) {
            JsonObject entry =
                    store.manifests(names.get(0)).stream()
                            .filter(found -> found.string("Ref").equals(names.get(1)))
                            .findFirst()
                            .orElseThrow(() ->
                                    new CommandException(
                                            "no such manifest: "
                                                    + Manifests.familiar(names.get(1))));
            print(session, verbose ? entry : Manifests.document(entry));
            return 0;
        }
        if (store.exists(names.get(0))) {
            printList(session, verbose, store.manifests(names.get(0)));
            return 0;
        }
        JsonObject found = manifests.fetch(names.get(0));
        if (!Manifests.isList(found)) {
            print(session, verbose ? found : Manifests.document(found));
        } else if (verbose) {
            print(session, manifests.children(found));
        } else {
            session.out().println(Manifests.raw(found));
        }
        return 0;
    }

    private static void printList(Session session, boolean verbose, List<JsonObject> entries) {
        if (verbose) {
            print(session, entries);
        } else {
            session.out().println(Manifests.list(entries));
        }
    }

    private static void print(Session session, Object json) {
        session.out().println(Json.writePretty(json, "\t"));
    }
}
