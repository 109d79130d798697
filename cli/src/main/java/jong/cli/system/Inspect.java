package jong.cli.system;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.InspectOutput;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code inspect}: a thing of any kind, found by asking for one kind after the other. */
public final class Inspect extends Command {

    /** In the order in which they are tried. */
    private static final Map<String, String> KINDS = kinds();

    private static final List<String> SUFFIXED = List.of("container", "image", "plugin");

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("container", "/containers/");
        kinds.put("image", "/images/");
        kinds.put("network", "/networks/");
        kinds.put("volume", "/volumes/");
        kinds.put("plugin", "/plugins/");
        return kinds;
    }

    /** Makes the command. */
    public Inspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NAME|ID [NAME|ID...]",
                "Return low-level information on Jong objects",
                "",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --format string   Format output using a custom template:
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -s, --size            Display total file sizes if the type is container
              --type string     Only inspect objects of the given type
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String type = flags.text("type");
        if (!type.isEmpty() && !KINDS.containsKey(type)) {
            throw new CommandException("\"" + type + "\" is not a valid value for --type");
        }
        return InspectOutput.print(
                session, flags, name -> find(session, name, type, flags.on("size")));
    }

    private static JsonObject find(Session session, String name, String type, boolean size)
            throws IOException {
        for (String kind : type.isEmpty() ? KINDS.keySet() : List.of(type)) {
            String path = KINDS.get(kind) + name + (SUFFIXED.contains(kind) ? "/json" : "");
            try {
                Request request = Request.get(path).flag("size", size && kind.equals("container"));
                return session.client().object(request);
            } catch (EngineException e) {
                if (!type.isEmpty() || !e.isNotFound()) {
                    throw e;
                }
            }
        }
        throw new CommandException("Error: No such object: " + name);
    }
}
