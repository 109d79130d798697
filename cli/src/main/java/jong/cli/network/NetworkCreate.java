package jong.cli.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Pairs;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code network create}. */
public final class NetworkCreate extends Command {

    /** Makes the command. */
    public NetworkCreate() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS] NETWORK", "Create a network", "", Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --attachable           Enable manual container attachment
              --aux-address map      Auxiliary IPv4 or IPv6 addresses used by Network \
        driver (default map[])
          -d, --driver string        Driver to manage the Network (default "bridge")
              --gateway strings      IPv4 or IPv6 Gateway for the master subnet
              --internal             Restrict external access to the network
              --ip-range strings     Allocate container ip from a sub-range
              --ipam-driver string   IP Address Management Driver (default "default")
              --ipam-opt map         Set IPAM driver specific options (default map[])
              --ipv4                 Enable or disable IPv4 address assignment \
        (default true)
              --ipv6                 Enable or disable IPv6 address assignment
              --label list           Set metadata on a network
          -o, --opt map              Set driver specific options (default map[])
              --subnet strings       Subnet in CIDR format that represents a network \
        segment
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        JsonObject body =
                new JsonObject()
                        .with("Name", flags.arguments().getFirst())
                        .with("Driver", flags.text("driver", "bridge"))
                        .with("Scope", "");
        if (flags.given("ipv4")) {
            body.with("EnableIPv4", flags.on("ipv4"));
        }
        if (flags.given("ipv6")) {
            body.with("EnableIPv6", flags.on("ipv6"));
        }
        body.with("IPAM", ipam(flags))
                .with("Internal", flags.on("internal"))
                .with("Attachable", flags.on("attachable"))
                .with("Ingress", false)
                .with("ConfigOnly", false)
                .with("ConfigFrom", null)
                .with("Options", Pairs.read(flags.all("opt")))
                .with("Labels", Pairs.read(flags.all("label")));
        JsonObject created = session.client().object(Request.post("/networks/create").json(body));
        if (!created.string("Warning").isEmpty()) {
            session.err().println("WARNING: " + created.string("Warning"));
        }
        session.out().println(created.string("Id"));
        return 0;
    }

    /** Each subnet takes the range, gateway and addresses of the same place in their lists. */
    private static JsonObject ipam(FlagSet flags) {
        List<String> subnets = flags.all("subnet");
        List<String> gateways = flags.all("gateway");
        List<String> ranges = flags.all("ip-range");
        JsonObject auxiliary = Pairs.read(flags.all("aux-address"));
        if (subnets.isEmpty() && !(gateways.isEmpty() && ranges.isEmpty() && auxiliary.isEmpty())) {
            throw new CommandException(
                    "every ip-range or gateway must have a corresponding subnet");
        }
        List<JsonObject> pools = new ArrayList<>();
        for (int i = 0; i < subnets.size(); i++) {
            JsonObject pool = new JsonObject().with("Subnet", subnets.get(i));
            pool.withUnlessEmpty("IPRange", i < ranges.size() ? ranges.get(i) : "");
            pool.withUnlessEmpty("Gateway", i < gateways.size() ? gateways.get(i) : "");
            pools.add(i == 0 ? pool.withUnlessEmpty("AuxiliaryAddresses", auxiliary) : pool);
        }
        return new JsonObject()
                .with("Driver", flags.text("ipam-driver", "default"))
                .with("Options", Pairs.read(flags.all("ipam-opt")))
                .with("Config", pools);
    }
}
