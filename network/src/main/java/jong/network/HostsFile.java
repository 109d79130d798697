package jong.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The text of a sandbox's /etc/hosts, as Docker writes it. */
public final class HostsFile {
    private static final String HEAD =
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    /** What stands for the host's own address in an extra host. */
    public static final String HOST_GATEWAY = "host-gateway";

    /**
     * A line of the file.
     *
     * @param address its address
     * @param names one or several names, separated by spaces
     */
    public record Line(String address, String names) {}

    private HostsFile() {}

    /**
     * The whole text.
     *
     * @param extraHosts additional lines
     * @param own the sandbox's own addresses with its names; none without a network
     */
    public static String text(List<Line> extraHosts, List<Line> own) {
        var text = new StringBuilder(HEAD);
        for (var line : extraHosts) {
            append(text, line);
        }
        for (var line : own) {
            append(text, line);
        }
        return text.toString();
    }

    /** A file's text with more lines at its end. */
    public static String with(String text, List<Line> lines) {
        var more = new StringBuilder(text);
        if (!lines.isEmpty() && !text.isEmpty() && !text.endsWith("\n")) {
            more.append('\n');
        }
        lines.forEach(line -> append(more, line));
        return more.toString();
    }

    /** A file's text without lines that are exactly these. */
    public static String without(String text, List<Line> lines) {
        if (lines.isEmpty()) {
            return text;
        }
        var gone = lines.stream().map(line -> line.address() + "\t" + line.names()).toList();
        var rest = new StringBuilder();
        text.lines()
                .filter(line -> !gone.contains(line))
                .forEach(line -> rest.append(line).append('\n'));
        return rest.toString();
    }

    /**
     * Reads extra hosts as users give them.
     *
     * @param extraHosts {@code name:address}, where the address may be {@link #HOST_GATEWAY}
     * @param hostGateway the address that {@link #HOST_GATEWAY} stands for
     * @throws IllegalArgumentException for one without a colon
     */
    public static List<Line> parse(List<String> extraHosts, InetAddress hostGateway) {
        var lines = new ArrayList<Line>();
        for (var extra : extraHosts) {
            int colon = extra.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("bad format for add-host: \"" + extra + "\"");
            }
            var address = extra.substring(colon + 1);
            lines.add(
                    new Line(
                            address.equals(HOST_GATEWAY) ? hostGateway.getHostAddress() : address,
                            extra.substring(0, colon)));
        }
        return lines;
    }

    /**
     * The names that a sandbox has for itself.
     *
     * @param hostname its host name, which may have a domain
     * @param domainname its domain; may be empty
     */
    public static String ownNames(String hostname, String domainname) {
        var full = domainname.isEmpty() ? hostname : hostname + "." + domainname;
        int dot = full.indexOf('.');
        return dot < 0 ? full : full + " " + full.substring(0, dot);
    }

    private static void append(StringBuilder text, Line line) {
        text.append(line.address()).append('\t').append(line.names()).append('\n');
    }
}
