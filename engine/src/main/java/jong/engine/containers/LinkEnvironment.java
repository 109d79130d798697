package jong.engine.containers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The variables by which a container learns of one that it is linked to. */
final class LinkEnvironment {

    private static final Set<String> NOT_TOLD = Set.of("HOME", "PATH");

    /** Fewer are no range. */
    private static final int SMALLEST_RANGE = 3;

    private final String prefix;
    private final String address;
    private final List<String> variables = new ArrayList<>();

    private record Port(int number, String protocol) {
        static Port parse(String text) {
            int slash = text.indexOf('/');
            return new Port(Integer.parseInt(text.substring(0, slash)), text.substring(slash + 1));
        }
    }

    private LinkEnvironment(String alias, String address) {
        this.prefix = alias.toUpperCase(Locale.ROOT).replace('-', '_');
        this.address = address;
    }

    /**
     * The variables, in docker's order.
     *
     * @param owner the name of the container that gets them
     * @param alias what it calls the other one
     * @param address of the other one
     * @param exposed its ports, as {@code 80/tcp}
     * @param environment its own variables
     */
    static List<String> of(
            String owner,
            String alias,
            String address,
            Set<String> exposed,
            List<String> environment) {
        var made = new LinkEnvironment(alias, address);
        made.addPorts(
                exposed.stream()
                        .map(Port::parse)
                        .sorted(Comparator.comparingInt(Port::number).thenComparing(Port::protocol))
                        .toList());
        made.add("_NAME", "/" + owner + "/" + alias);
        for (String variable : environment) {
            int equals = variable.indexOf('=');
            if (equals > 0 && !NOT_TOLD.contains(variable.substring(0, equals))) {
                made.variables.add(made.prefix + "_ENV_" + variable);
            }
        }
        return made.variables;
    }

    private void addPorts(List<Port> ports) {
        if (ports.isEmpty()) {
            return;
        }
        add("_PORT", url(ports.getFirst()));
        for (int first = 0; first < ports.size(); ) {
            int next = endOfRange(ports, first);
            if (next - first >= SMALLEST_RANGE) {
                addRange(ports.get(first), ports.get(next - 1));
            }
            first = next;
        }
        for (Port port : ports) {
            String name = name(port);
            add(name, url(port));
            add(name + "_ADDR", address);
            add(name + "_PORT", Integer.toString(port.number));
            add(name + "_PROTO", port.protocol);
        }
    }

    private static int endOfRange(List<Port> ports, int first) {
        int end = first + 1;
        while (end < ports.size() && ports.get(end).number <= ports.get(end - 1).number + 1) {
            end++;
        }
        return end;
    }

    private void addRange(Port first, Port last) {
        String name = name(first);
        add(name + "_START", url(first));
        add(name + "_PORT_START", Integer.toString(first.number));
        add(name + "_END", url(last));
        add(name + "_PORT_END", Integer.toString(last.number));
    }

    private static String name(Port port) {
        return "_PORT_" + port.number + "_" + port.protocol.toUpperCase(Locale.ROOT);
    }

    private String url(Port port) {
        return port.protocol + "://" + address + ":" + port.number;
    }

    private void add(String name, String value) {
        variables.add(prefix + name + "=" + value);
    }
}
