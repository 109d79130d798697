package jong.cli.manifest;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code manifest create}. */
public final class ManifestCreate extends Command {

    /** Makes the command. */
    public ManifestCreate() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "MANIFEST_LIST MANIFEST [MANIFEST...]",
                "Create a local manifest list for annotating and pushing to a registry",
                "",
                Arity.atLeast(2));
    }

    @Override
    public String flags() {
        return """
          -a, --amend      Amend an existing manifest list
              --insecure   Allow communication with an insecure registry
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var store = new ManifestStore(session.config().directory());
        var manifests = new Manifests(session);
        List<String> names = flags.arguments().stream().map(Manifests::name).toList();
        String list = names.getFirst();
        if (store.exists(list) && !flags.on("amend")) {
            throw new CommandException(
                    "refusing to amend an existing manifest list with no --amend flag");
        }
        // Written when all are there, so that a mistake leaves no half of a list.
        Map<String, JsonObject> found = new LinkedHashMap<>();
        for (String name : names.subList(1, names.size())) {
            JsonObject entry = manifests.fetch(name);
            if (Manifests.isList(entry)) {
                throw new CommandException(Manifests.familiar(name) + " is a manifest list");
            }
            found.put(name, entry);
        }
        for (Map.Entry<String, JsonObject> entry : found.entrySet()) {
            store.put(list, entry.getKey(), entry.getValue());
        }
        session.out().println("Created manifest list " + list);
        return 0;
    }
}
