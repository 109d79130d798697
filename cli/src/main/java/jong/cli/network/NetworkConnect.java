package jong.cli.network;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Pairs;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code network connect}. */
public final class NetworkConnect extends Command {

    /** Makes the command. */
    public NetworkConnect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NETWORK CONTAINER",
                "Connect a container to a network",
                "",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return """
              --alias strings           Add network-scoped alias for the container
              --driver-opt strings      driver options for the network
              --gw-priority int         Highest gw-priority provides the default \
        gateway. Accepts positive and negative values.
              --ip string               IPv4 address (e.g., "172.30.100.104")
              --ip6 string              IPv6 address (e.g., "2001:db8::33")
              --link list               Add link to another container
              --link-local-ip strings   Add a link-local address for the container
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        JsonObject addresses =
                new JsonObject()
                        .withUnlessEmpty("IPv4Address", flags.text("ip"))
                        .withUnlessEmpty("IPv6Address", flags.text("ip6"))
                        .withUnlessEmpty("LinkLocalIPs", flags.all("link-local-ip"));
        JsonObject endpoint =
                new JsonObject()
                        .withUnlessEmpty("IPAMConfig", addresses)
                        .withUnlessEmpty("Links", flags.all("link"))
                        .withUnlessEmpty("Aliases", flags.all("alias"))
                        .withUnlessEmpty("DriverOpts", Pairs.read(flags.all("driver-opt")))
                        .withUnlessEmpty("GwPriority", flags.number("gw-priority", 0));
        JsonObject body =
                new JsonObject()
                        .with("Container", flags.arguments().get(1))
                        .with("EndpointConfig", endpoint);
        String path = "/networks/" + flags.arguments().get(0) + "/connect";
        session.client().run(Request.post(path).json(body));
        return 0;
    }
}
