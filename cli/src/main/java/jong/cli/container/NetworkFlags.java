package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@code --network} in both forms, and the flags that belong to the first network. */
final class NetworkFlags {

    private static final class Endpoint {
        private final List<String> aliases = new ArrayList<>();
        private final List<String> links = new ArrayList<>();
        private final JsonObject ipam = new JsonObject();
        private final JsonObject options = new JsonObject();
        private final List<String> linkLocal = new ArrayList<>();
        private String mac = "";
        private long priority;

        JsonObject json() {
            ipam.withUnlessEmpty("LinkLocalIPs", linkLocal);
            return new JsonObject()
                    .with("IPAMConfig", ipam.isEmpty() ? null : ipam)
                    .with("Links", DeviceFlags.orNull(links))
                    .with("Aliases", DeviceFlags.orNull(aliases))
                    .with("MacAddress", mac)
                    .with("DriverOpts", options.isEmpty() ? null : options)
                    .with("GwPriority", priority)
                    .with("NetworkID", "")
                    .with("EndpointID", "")
                    .with("Gateway", "")
                    .with("IPAddress", "")
                    .with("IPPrefixLen", 0L)
                    .with("IPv6Gateway", "")
                    .with("GlobalIPv6Address", "")
                    .with("GlobalIPv6PrefixLen", 0L)
                    .with("DNSNames", null);
        }
    }

    private final Map<String, Endpoint> endpoints = new TreeMap<>();
    private @Nullable String first;

    NetworkFlags(FlagSet flags) {
        for (String value : flags.all("network")) {
            add(value, flags.spelling("network"));
        }
        if (first == null) {
            first = "default";
            endpoints.put(first, new Endpoint());
        }
        apply(flags, endpoints.get(first));
    }

    /** The network that {@code HostConfig.NetworkMode} names. */
    String mode() {
        return String.valueOf(first);
    }

    JsonObject json() {
        var json = new JsonObject();
        endpoints.forEach((name, endpoint) -> {
            if (!isBuiltIn(name)) {
                json.put(name, endpoint.json());
            }
        });
        return new JsonObject().with("EndpointsConfig", json);
    }

    /** Networks and modes that take no settings of an endpoint. */
    private static boolean isBuiltIn(String name) {
        return switch (name) {
            case "bridge", "host", "none" -> true;
            default -> name.startsWith("container:");
        };
    }

    private void add(String value, String flag) {
        var endpoint = new Endpoint();
        String name = value;
        if (value.indexOf('=') > 0) {
            name = "";
            for (String field : Fields.csv(value)) {
                name = set(endpoint, name, field, value, flag);
            }
        }
        if (name.isEmpty()) {
            throw new CommandException("no name set for network", 125);
        }
        if (endpoints.putIfAbsent(name, endpoint) != null) {
            throw new CommandException("network \"" + name + "\" is specified multiple times", 125);
        }
        first = first == null ? name : first;
    }

    private static String set(
            Endpoint endpoint, String name, String field, String value, String flag) {
        int equals = field.indexOf('=');
        String key = equals < 0 ? field : field.substring(0, equals);
        String text = field.substring(equals + 1).strip();
        switch (key) {
            case "name" -> {
                return text;
            }
            case "alias" -> endpoint.aliases.add(text);
            case "ip" -> endpoint.ipam.with("IPv4Address", text);
            case "ip6" -> endpoint.ipam.with("IPv6Address", text);
            case "link-local-ip" -> endpoint.linkLocal.add(text);
            case "mac-address" -> endpoint.mac = text;
            case "driver-opt" -> {
                int at = text.indexOf('=');
                endpoint.options.with(
                        at < 0 ? text : text.substring(0, at),
                        at < 0 ? "" : text.substring(at + 1));
            }
            case "gw-priority" -> endpoint.priority = priority(text, value, flag);
            default -> throw FlagException.invalid(value, flag, "invalid field key " + key);
        }
        return name;
    }

    private static long priority(String text, String value, String flag) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw FlagException.invalid(value, flag, "invalid gw-priority (" + text + ")");
        }
    }

    private static void apply(FlagSet flags, @Nullable Endpoint endpoint) {
        if (endpoint == null) {
            return;
        }
        endpoint.aliases.addAll(flags.all("network-alias"));
        endpoint.links.addAll(flags.all("link"));
        endpoint.linkLocal.addAll(flags.all("link-local-ip"));
        endpoint.ipam
                .withUnlessEmpty("IPv4Address", flags.text("ip"))
                .withUnlessEmpty("IPv6Address", flags.text("ip6"));
        String mac = flags.text("mac-address");
        if (!mac.isEmpty()) {
            if (!isMac(mac)) {
                throw new CommandException(mac + " is not a valid mac address", 125);
            }
            endpoint.mac = mac;
        }
    }

    private static boolean isMac(String text) {
        String[] parts = text.split("[:-]", -1);
        if (parts.length != 6 && parts.length != 8) {
            return false;
        }
        for (String part : parts) {
            if (part.length() != 2
                    || Character.digit(part.charAt(0), 16) < 0
                    || Character.digit(part.charAt(1), 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
