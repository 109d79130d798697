package jong.cli.container;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/** {@code port add} and {@code port rm}: the ports of a container that exists. */
final class PortChange {

    private PortChange() {}

    /** Does it; {@code words} are the verb, the container and the ports as for {@code run -p}. */
    static int run(Session session, List<String> words) throws IOException {
        String verb =
                switch (words.getFirst()) {
                    case "add" -> "add";
                    case "rm", "remove" -> "remove";
                    default ->
                            throw new CommandException(
                                    "\"jong port\" requires at least 1 and at most 2 arguments,"
                                            + " or begins with add or rm");
                };
        String container = words.get(1);
        JsonObject bindings =
                new PublishFlags(words.subList(2, words.size()), List.of()).bindings();
        JsonObject ports =
                session.client()
                        .object(
                                Request.post("/containers/" + container + "/ports/" + verb)
                                        .json(new JsonObject().with("PortBindings", bindings)))
                        .object("Ports");
        PortList.print(session, ports);
        return 0;
    }
}
