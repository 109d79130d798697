package jong.registry.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jong.wire.status.StatusException;

/**
 * Directories with one directory for each registry, such as {@code
 * /etc/docker/certs.d/registry.example:5000}. It has docker's certificates, or containerd's {@code
 * hosts.toml} with whatever that names.
 */
final class RegistryDirectory {

    private static final String HOSTS_FILE = "hosts.toml";

    /** For registries that have no directory of their own. */
    private static final String DEFAULT = "_default";

    private final List<Path> roots;

    /**
     * Looks in several places.
     *
     * @param roots the first that knows a registry decides
     */
    RegistryDirectory(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /** The {@code hosts.toml} for a registry, its own or that for all. */
    Optional<Path> hostsFile(String domain) {
        for (String name : names(domain)) {
            for (Path root : roots) {
                Path file = root.resolve(name).resolve(HOSTS_FILE);
                if (Files.isRegularFile(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Docker's certificates for a host: {@code *.crt} are authorities, {@code X.cert} with {@code
     * X.key} are shown.
     *
     * @throws StatusException.Internal with docker's text if one of a pair is missing
     */
    TlsSettings certificates(String domain, boolean verified) {
        for (Path root : roots) {
            Path directory = root.resolve(domain);
            if (Files.isDirectory(directory)) {
                return read(directory, verified);
            }
        }
        return verified ? TlsSettings.SYSTEM : TlsSettings.UNVERIFIED;
    }

    /** A colon may stand as underscores, for file systems that have none in names. */
    private static List<String> names(String domain) {
        int colon = domain.lastIndexOf(':');
        return colon < 0
                ? List.of(domain, DEFAULT)
                : List.of(
                        domain,
                        domain.substring(0, colon) + "_" + domain.substring(colon + 1) + "_",
                        DEFAULT);
    }

    private static TlsSettings read(Path directory, boolean verified) {
        List<Path> authorities = new ArrayList<>();
        List<TlsSettings.Identity> identities = new ArrayList<>();
        for (Path file : files(directory)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".crt")) {
                authorities.add(file);
            } else if (name.endsWith(".cert")) {
                Path key = directory.resolve(replaceEnd(name, ".cert", ".key"));
                if (!Files.exists(key)) {
                    throw new StatusException.Internal(
                            "missing key "
                                    + key.getFileName()
                                    + " for client certificate "
                                    + name
                                    + ". CA certificates must use the extension .crt");
                }
                identities.add(new TlsSettings.Identity(file, key));
            } else if (name.endsWith(".key")) {
                String certificate = replaceEnd(name, ".key", ".cert");
                if (!Files.exists(directory.resolve(certificate))) {
                    throw new StatusException.Internal(
                            "missing client certificate " + certificate + " for key " + name);
                }
            }
        }
        return new TlsSettings(verified, authorities, identities);
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read certificates in " + directory, e);
        }
    }

    private static String replaceEnd(String name, String end, String other) {
        return name.substring(0, name.length() - end.length()) + other;
    }
}
