package jong.cli.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.Port;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code port}; and {@code port add} and {@code port rm}, which docker does not have. */
public final class PortList extends Command {

    /** Makes the command. */
    public PortList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER [PRIVATE_PORT[/PROTO]]",
                """
                List port mappings or a specific mapping for the container

                With three words and more, ports of a container that exists are changed:
                  port add CONTAINER [[IP:]HOST_PORT:]PORT[/PROTO]...  publish ports
                  port rm CONTAINER [[IP:]HOST_PORT:]PORT[/PROTO]...   withdraw ports\
                """,
                "container port, port",
                Arity.atLeast(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> words = flags.arguments();
        String name = words.getFirst();
        if (words.size() > 2) {
            return PortChange.run(session, words);
        }
        JsonObject container =
                session.client().object(Request.get("/containers/" + name + "/json"));
        JsonObject ports = container.object("NetworkSettings").object("Ports");
        if (words.size() == 2) {
            printOne(session, ports, words.get(1));
            return 0;
        }
        print(session, ports);
        return 0;
    }

    /** Shows all published ports. */
    static void print(Session session, JsonObject ports) {
        List<String> keys = new ArrayList<>(ports.keySet());
        keys.sort(java.util.Comparator.comparingInt(key -> Port.parse(key).number()));
        for (String key : keys) {
            for (JsonObject binding : ports.objects(key)) {
                session.out().println(key + " -> " + address(binding));
            }
        }
    }

    private static void printOne(Session session, JsonObject ports, String wanted) {
        String key = Port.parse(wanted).toString();
        if (!ports.has(key)) {
            throw new CommandException("no public port '" + wanted + "' published");
        }
        for (JsonObject binding : ports.objects(key)) {
            session.out().println(address(binding));
        }
    }

    private static String address(JsonObject binding) {
        String ip = binding.string("HostIp", "0.0.0.0");
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + binding.string("HostPort");
    }
}
