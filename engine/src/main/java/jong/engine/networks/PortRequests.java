package jong.engine.networks;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.api.Port;
import jong.api.PortBinding;
import jong.engine.containers.NetworkRequest;
import jong.network.PortMapping;
import jong.network.Protocol;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;

/** The ports that a container wants to have published. */
final class PortRequests {

    private PortRequests() {}

    /**
     * Reads the bindings, and with {@code --publish-all} the exposed ports without one.
     *
     * @param defaultAddress the host's address for bindings that name none; {@code 0.0.0.0}: all
     */
    static List<PortMapping> of(NetworkRequest request, String defaultAddress) {
        List<PortMapping> mappings = new ArrayList<>();
        Map<Port, List<PortBinding>> bindings = new LinkedHashMap<>(request.host().portBindings());
        bindings.forEach((port, list) ->
                list.forEach(binding -> mappings.add(mapping(port, binding, defaultAddress))));
        if (request.host().publishAllPorts()) {
            for (String text : request.exposedPorts()) {
                var port = Port.parse(text);
                if (!bindings.containsKey(port)) {
                    mappings.add(
                            new PortMapping(
                                    protocol(port), port.number(), address(defaultAddress), 0, 0));
                }
            }
        }
        return mappings;
    }

    private static PortMapping mapping(Port port, PortBinding binding, String defaultAddress) {
        String address = binding.hostIp().isEmpty() ? defaultAddress : binding.hostIp();
        String range = binding.hostPort();
        int dash = range.indexOf('-');
        try {
            int first =
                    range.isEmpty()
                            ? 0
                            : Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            return new PortMapping(protocol(port), port.number(), address(address), first, last);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid port specification: \"" + range + "\"", e);
        }
    }

    private static Optional<InetAddress> address(String text) {
        boolean all = text.isEmpty() || text.equals("0.0.0.0");
        try {
            return all ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid host address to publish at: " + text, e);
        }
    }

    private static Protocol protocol(Port port) {
        return switch (port.protocol()) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            default -> throw new Unimplemented("cannot publish " + port + ": no support for it");
        };
    }
}
