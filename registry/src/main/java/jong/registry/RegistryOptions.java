package jong.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How registries are reached, in dockerd's words.
 *
 * @param mirrors base URLs tried before docker.io, in order ({@code registry-mirrors})
 * @param insecure hosts, with the port in images' names, or networks such as {@code 10.0.0.0/8},
 *     that need no valid certificate and may speak plain HTTP ({@code insecure-registries});
 *     127.0.0.0/8 and localhost always may
 * @param directories places with a directory for each registry, with certificates or a {@code
 *     hosts.toml} in it ({@code /etc/docker/certs.d})
 * @param proxies by which proxies
 * @param attempts how often a blob is tried ({@code max-download-attempts})
 * @param uploadAttempts how often the upload of a blob is tried
 * @param retryStep how much longer the wait gets with each further attempt
 * @param stall for how long nothing may come of an answer before that attempt counts as failed
 */
public record RegistryOptions(
        List<String> mirrors,
        List<String> insecure,
        List<Path> directories,
        ProxySettings proxies,
        int attempts,
        int uploadAttempts,
        Duration retryStep,
        Duration stall) {

    /** No mirrors, nothing insecure but this host, and dockerd's five attempts. */
    public static final RegistryOptions DEFAULT =
            new RegistryOptions(
                    List.of(),
                    List.of(),
                    List.of(),
                    ProxySettings.NONE,
                    5,
                    5,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60));

    /** Copies the lists. */
    public RegistryOptions {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
        directories = List.copyOf(directories);
    }

    /** These options with other mirrors. */
    public RegistryOptions withMirrors(List<String> other) {
        return new RegistryOptions(
                other, insecure, directories, proxies, attempts, uploadAttempts, retryStep, stall);
    }

    /** These options with other insecure registries. */
    public RegistryOptions withInsecure(List<String> other) {
        return new RegistryOptions(
                mirrors, other, directories, proxies, attempts, uploadAttempts, retryStep, stall);
    }

    /** These options with other directories. */
    public RegistryOptions withDirectories(List<Path> other) {
        return new RegistryOptions(
                mirrors, insecure, other, proxies, attempts, uploadAttempts, retryStep, stall);
    }

    /** These options with other proxies. */
    public RegistryOptions withProxies(ProxySettings other) {
        return new RegistryOptions(
                mirrors, insecure, directories, other, attempts, uploadAttempts, retryStep, stall);
    }

    /** These options with other numbers of attempts, and waits between. */
    public RegistryOptions withAttempts(int downloads, int uploads, Duration step) {
        return new RegistryOptions(
                mirrors, insecure, directories, proxies, downloads, uploads, step, stall);
    }

    /** These options with another patience. */
    public RegistryOptions withStall(Duration other) {
        return new RegistryOptions(
                mirrors,
                insecure,
                directories,
                proxies,
                attempts,
                uploadAttempts,
                retryStep,
                other);
    }
}
