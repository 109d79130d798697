package jong.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a sandbox's interface is to have besides the addresses of its network.
 *
 * @param linkLocal link-local addresses, which the network knows nothing of; with 16 bits of
 *     network in IPv4, 64 in IPv6, as in Docker
 * @param sysctls settings of the kernel for this interface alone
 */
public record InterfaceSettings(List<InetAddress> linkLocal, List<Sysctl> sysctls) {
    /** Docker's option with the settings of the kernel, separated by commas. */
    public static final String SYSCTLS = "com.docker.network.endpoint.sysctls";

    /** Docker's option with the interface's name. */
    public static final String NAME = "com.docker.network.endpoint.ifname";

    /** Nothing else. */
    public static final InterfaceSettings NONE = new InterfaceSettings(List.of(), List.of());

    private static final int MOST_NAME_BYTES = 15; // IFNAMSIZ with a final NUL.

    /**
     * A setting of the kernel.
     *
     * @param directory below /proc/sys/net, such as {@code ipv4/conf}
     * @param name the file in the interface's directory there
     * @param value what is to be in it
     */
    public record Sysctl(String directory, String name, String value) {
        // The client makes names of options lower case.
        private static final Pattern FORM =
                Pattern.compile(
                        "net\\.(ipv4|ipv6|mpls)\\.([a-z]+)\\.(?:IFNAME|ifname)\\.(\\w+)=(.*)");

        /**
         * Reads {@code net.ipv4.conf.IFNAME.NAME=VALUE}.
         *
         * @throws IllegalArgumentException in Docker's words
         */
        public static Sysctl parse(String text) {
            var matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "unrecognised network interface sysctl '"
                                + text
                                + "'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X'"
                                + " must be 'ipv4', 'ipv6' or 'mpls'");
            }
            return new Sysctl(
                    matcher.group(1) + "/" + matcher.group(2), matcher.group(3), matcher.group(4));
        }

        @Override
        public String toString() {
            return "net." + directory.replace('/', '.') + ".IFNAME." + name + "=" + value;
        }
    }

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException in Docker's words for an address that is not link-local
     */
    public InterfaceSettings {
        linkLocal = List.copyOf(linkLocal);
        for (InetAddress address : linkLocal) {
            if (!address.isLinkLocalAddress()) {
                throw new IllegalArgumentException(
                        "invalid link local IP address: " + Subnet.text(address));
            }
        }
        sysctls = List.copyOf(sysctls);
    }

    /**
     * Reads the settings of the kernel of an endpoint's options; others are overlooked.
     *
     * @throws IllegalArgumentException in Docker's words
     */
    public static List<Sysctl> sysctls(Map<String, String> options) {
        return Stream.of(options.getOrDefault(SYSCTLS, "").split(",", -1))
                .filter(_ -> options.containsKey(SYSCTLS))
                .map(Sysctl::parse)
                .toList();
    }

    /**
     * Reads the interface's name of an endpoint's options; empty for none.
     *
     * @throws IllegalArgumentException for one that the kernel does not take
     */
    public static String name(Map<String, String> options) {
        String name = options.getOrDefault(NAME, "");
        if (name.length() > MOST_NAME_BYTES
                || !name.chars().allMatch(InterfaceSettings::isOfNames)
                || List.of(".", "..", "lo", "all", "default").contains(name)) {
            throw new IllegalArgumentException("invalid interface name \"" + name + "\"");
        }
        return name;
    }

    private static boolean isOfNames(int character) {
        return character > ' ' && character < 0x7f && "/:%".indexOf(character) < 0;
    }
}
