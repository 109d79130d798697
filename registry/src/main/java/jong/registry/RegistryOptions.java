package jong.registry;

import java.time.Duration;
import java.util.List;

/**
 * How registries are reached, in dockerd's words.
 *
 * @param mirrors base URLs tried before docker.io, in order ({@code registry-mirrors})
 * @param insecure hosts with or without port, or networks such as {@code 10.0.0.0/8}, that need no
 *     valid certificate and may speak plain HTTP ({@code insecure-registries}); 127.0.0.0/8 and
 *     localhost always may
 * @param attempts how often a blob is tried ({@code max-download-attempts})
 * @param uploadAttempts how often the upload of a blob is tried
 * @param retryStep how much longer the wait gets with each further attempt
 */
public record RegistryOptions(
        List<String> mirrors,
        List<String> insecure,
        int attempts,
        int uploadAttempts,
        Duration retryStep) {

    /** No mirrors, nothing insecure but this host, and dockerd's five attempts. */
    public static final RegistryOptions DEFAULT =
            new RegistryOptions(List.of(), List.of(), 5, 5, Duration.ofSeconds(5));

    /** Copies the lists. */
    public RegistryOptions {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
    }
}
