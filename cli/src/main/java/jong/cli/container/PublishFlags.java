package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/** {@code --publish [ip:][host:]container[/protocol]} and {@code --expose}, each with ranges. */
final class PublishFlags {

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }
    }

    private final Map<String, List<JsonObject>> bindings = new TreeMap<>();
    private final Map<String, JsonObject> exposed = new TreeMap<>();

    PublishFlags(List<String> published, List<String> exposedPorts) {
        for (String value : published) {
            publish(value);
        }
        for (String value : exposedPorts) {
            expose(value);
        }
    }

    JsonObject bindings() {
        var json = new JsonObject();
        bindings.forEach(json::put);
        return json;
    }

    JsonObject exposed() {
        var json = new JsonObject();
        exposed.forEach(json::put);
        return json;
    }

    private void publish(String value) {
        int slash = value.lastIndexOf('/');
        String protocol = protocol(slash < 0 ? "tcp" : value.substring(slash + 1));
        String rest = slash < 0 ? value : value.substring(0, slash);
        int lastColon = rest.lastIndexOf(':');
        String inside = rest.substring(lastColon + 1);
        String before = lastColon < 0 ? "" : rest.substring(0, lastColon);
        int colon = before.lastIndexOf(':');
        String outside = before.substring(colon + 1);
        String ip = address(colon < 0 ? "" : before.substring(0, colon));
        if (inside.isEmpty()) {
            throw refuse("no port specified: " + value + "<empty>");
        }
        Range container = range(inside, "invalid containerPort: " + inside);
        Range host = outside.isEmpty() ? null : range(outside, "invalid hostPort: " + outside);
        if (host != null && host.size() != container.size() && container.size() != 1) {
            throw refuse(
                    "invalid ranges specified for container and host Ports: "
                            + inside
                            + " and "
                            + outside);
        }
        for (int i = 0; i < container.size(); i++) {
            String port = "";
            if (host != null) {
                port = container.size() == 1 ? outside : Integer.toString(host.first + i);
            }
            add(container.first + i + "/" + protocol, ip, port);
        }
    }

    private void add(String key, String ip, String port) {
        exposed.put(key, new JsonObject());
        bindings.computeIfAbsent(key, _ -> new ArrayList<>())
                .add(new JsonObject().with("HostIp", ip).with("HostPort", port));
    }

    private void expose(String value) {
        if (value.indexOf(':') >= 0) {
            throw refuse("invalid port format for --expose: " + value);
        }
        int slash = value.indexOf('/');
        String protocol = protocol(slash < 0 ? "tcp" : value.substring(slash + 1));
        String ports = slash < 0 ? value : value.substring(0, slash);
        Range range =
                range(
                        ports,
                        "invalid range format for --expose: "
                                + value
                                + ", error: strconv.ParseUint: parsing \""
                                + ports
                                + "\": invalid syntax");
        for (int port = range.first; port <= range.last; port++) {
            exposed.put(port + "/" + protocol, new JsonObject());
        }
    }

    private static String address(String text) {
        String ip =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        if (!ip.isEmpty() && !Addresses.isAddress(ip)) {
            throw refuse("invalid IP address: " + ip);
        }
        return ip;
    }

    private static String protocol(String text) {
        String protocol = text.toLowerCase(java.util.Locale.ROOT);
        return switch (protocol) {
            case "tcp", "udp", "sctp" -> protocol;
            default -> throw refuse("invalid proto: " + text);
        };
    }

    private static Range range(String text, String complaint) {
        int dash = text.indexOf('-');
        try {
            int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(text.substring(dash + 1));
            if (first >= 0 && last <= 0xffff && first <= last) {
                return new Range(first, last);
            }
        } catch (NumberFormatException e) {
            throw refuse(complaint);
        }
        throw refuse(complaint);
    }

    private static CommandException refuse(String message) {
        return new CommandException(message, 125);
    }
}
