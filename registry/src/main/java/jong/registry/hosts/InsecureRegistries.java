package jong.registry.hosts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The registries that need no valid certificate and may speak plain HTTP: those of {@code
 * insecure-registries}, and always this host by its loopback addresses.
 *
 * @param entries hosts with or without port, and networks such as {@code 10.0.0.0/8}
 */
public record InsecureRegistries(List<String> entries) {

    /**
     * Copies and checks the list.
     *
     * @throws IllegalArgumentException with dockerd's text
     */
    public InsecureRegistries {
        entries = List.copyOf(entries);
        entries.forEach(InsecureRegistries::check);
    }

    /**
     * Whether a registry is one of them.
     *
     * @param domain host with or without port
     */
    public boolean contains(String domain) {
        String host = domain.replaceFirst(":[0-9]+$", "");
        if (host.equals("localhost") || host.equals("[::1]") || isLoopback(host)) {
            return true;
        }
        for (String entry : entries) {
            boolean matches =
                    entry.contains("/")
                            ? covers(entry, host)
                            : entry.equalsIgnoreCase(domain) || entry.equalsIgnoreCase(host);
            if (matches) {
                return true;
            }
        }
        return false;
    }

    /** By the literal alone: a name such as {@code 127.evil.example} is no address. */
    private static boolean isLoopback(String host) {
        return host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static void check(String entry) {
        for (String scheme : List.of("http://", "https://")) {
            if (entry.toLowerCase(java.util.Locale.ROOT).startsWith(scheme)) {
                throw new IllegalArgumentException(
                        "insecure registry " + entry + " should not contain '://'");
            }
        }
        if (entry.contains("/")) {
            covers(entry, "127.0.0.1");
        }
    }

    private static boolean covers(String network, String host) {
        try {
            int slash = network.indexOf('/');
            byte[] prefix = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(network.substring(slash + 1));
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (startsWith(address.getAddress(), prefix, bits)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException _) {
            return false;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "insecure registry " + network + " is not valid: invalid CIDR address", e);
        }
    }

    private static boolean startsWith(byte[] address, byte[] prefix, int bits) {
        if (address.length != prefix.length || bits < 0 || bits > prefix.length * 8) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
