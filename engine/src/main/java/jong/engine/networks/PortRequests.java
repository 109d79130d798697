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
import jong.network.Subnet;
import jong.wire.status.StatusException.InvalidArgument;

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
                                    Protocol.of(port.protocol()),
                                    port.number(),
                                    usual(defaultAddress),
                                    0,
                                    0));
                }
            }
        }
        return mappings;
    }

    private static PortMapping mapping(Port port, PortBinding binding, String defaultAddress) {
        Optional<InetAddress> address =
                binding.hostIp().isEmpty()
                        ? usual(defaultAddress)
                        : Optional.of(address(binding.hostIp()));
        String range = binding.hostPort();
        int dash = range.indexOf('-');
        try {
            int first =
                    range.isEmpty()
                            ? 0
                            : Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            return new PortMapping(
                    Protocol.of(port.protocol()), port.number(), address, first, last);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid port specification: \"" + range + "\"", e);
        }
    }

    /** Docker's {@code 0.0.0.0} stands for all addresses where it is a default. */
    private static Optional<InetAddress> usual(String text) {
        boolean all = text.isEmpty() || text.equals("0.0.0.0");
        return all ? Optional.empty() : Optional.of(address(text));
    }

    private static InetAddress address(String text) {
        try {
            return Subnet.parseAddress(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid host address to publish at: " + text, e);
        }
    }
}
