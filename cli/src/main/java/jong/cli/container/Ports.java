package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.wire.json.JsonObject;

/** Shows a container's ports in one line, neighbours joined to ranges. */
final class Ports {

    private record Range(long first, long last) {
        String text() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    private Ports() {}

    static String display(List<JsonObject> ports) {
        if (ports.isEmpty()) {
            return "";
        }
        List<JsonObject> sorted = new ArrayList<>(ports);
        sorted.sort(Ports::compare);
        Map<String, List<Range>> groups = new TreeMap<>();
        List<String> mappings = new ArrayList<>();
        for (JsonObject port : sorted) {
            long inside = port.number("PrivatePort");
            long outside = port.number("PublicPort");
            String type = "/" + port.string("Type");
            String host = host(port.string("IP"));
            if (outside != 0 && outside != inside) {
                mappings.add(host + ":" + outside + "->" + inside + type);
            } else {
                String key = outside == 0 ? type : host + type;
                join(groups.computeIfAbsent(key, _ -> new ArrayList<>()), inside);
            }
        }
        List<String> shown = new ArrayList<>();
        groups.forEach((key, ranges) -> ranges.forEach(range -> shown.add(text(key, range))));
        shown.addAll(mappings);
        return String.join(", ", shown);
    }

    // Not by Comparator.comparing: its lambdas are serializable, which the class cache leaves out.
    private static int compare(JsonObject a, JsonObject b) {
        int order = Long.compare(a.number("PrivatePort"), b.number("PrivatePort"));
        if (order == 0) {
            order = a.string("IP").compareTo(b.string("IP"));
        }
        if (order == 0) {
            order = Long.compare(a.number("PublicPort"), b.number("PublicPort"));
        }
        return order == 0 ? a.string("Type").compareTo(b.string("Type")) : order;
    }

    private static String host(String ip) {
        return ip.indexOf(':') < 0 ? ip : "[" + ip + "]";
    }

    private static void join(List<Range> ranges, long port) {
        if (!ranges.isEmpty() && ranges.getLast().last() + 1 == port) {
            ranges.add(new Range(ranges.removeLast().first(), port));
        } else {
            ranges.add(new Range(port, port));
        }
    }

    private static String text(String key, Range range) {
        int slash = key.lastIndexOf('/');
        String ports = range.text();
        String mapping = slash == 0 ? ports : key.substring(0, slash) + ":" + ports + "->" + ports;
        return mapping + key.substring(slash);
    }
}
