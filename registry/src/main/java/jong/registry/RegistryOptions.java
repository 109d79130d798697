package jong.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import jong.wire.status.StatusException;

/**
 * How registries are reached, in dockerd's words.
 *
 * @param mirrors base URLs tried before docker.io, in order ({@code registry-mirrors})
 * @param insecure hosts with or without port, or networks such as {@code 10.0.0.0/8}, that need no
 *     valid certificate and may speak plain HTTP ({@code insecure-registries}); 127.0.0.0/8 and
 *     localhost always may
 * @param attempts how often a blob is tried ({@code max-download-attempts})
 * @param retryStep how much longer the wait gets with each further attempt
 */
public record RegistryOptions(
        List<String> mirrors, List<String> insecure, int attempts, Duration retryStep) {

    /** No mirrors, nothing insecure but this host, and dockerd's five attempts. */
    public static final RegistryOptions DEFAULT =
            new RegistryOptions(List.of(), List.of(), 5, Duration.ofSeconds(5));

    /** Copies the lists. */
    public RegistryOptions {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
    }

    /**
     * Whether a registry needs no valid certificate.
     *
     * @param domain host with or without port
     */
    boolean isInsecure(String domain) {
        String host = domain.replaceFirst(":[0-9]+$", "");
        if (host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.")) {
            return true;
        }
        for (String entry : insecure) {
            boolean matches =
                    entry.contains("/")
                            ? contains(entry, host)
                            : entry.equals(domain) || entry.equals(host);
            if (matches) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String network, String host) {
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
            throw new StatusException.InvalidArgument(
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
