package jong.registry.hosts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The registries that need no valid certificate and may speak plain HTTP: those of {@code
 * insecure-registries}, and always this host by its loopback addresses.
 *
 * @param entries hosts, each with the port in images' names if there is one, and networks such as
 *     {@code 10.0.0.0/8}
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
                            ? covers(Network.parse(entry), host)
                            : entry.equalsIgnoreCase(domain);
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
        try {
            if (entry.contains("/")) {
                Network.parse(entry);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "insecure registry " + entry + " is not valid: " + e.getMessage(), e);
        }
    }

    private static boolean covers(Network network, String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (network.contains(address)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
