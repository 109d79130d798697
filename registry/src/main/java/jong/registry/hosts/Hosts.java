package jong.registry.hosts;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/** Finds the endpoints of a registry, in the order in which they are asked. */
public final class Hosts {

    private static final String HUB = "registry-1.docker.io";

    /** Docker Hub under the names that clients have for it. */
    private static final Set<String> HUB_NAMES =
            Set.of("", "docker.io", "index.docker.io", "registry-1.docker.io");

    /** What may be the name of a directory, too. */
    private static final Pattern DOMAIN =
            Pattern.compile("(?:\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::[0-9]{1,5})?");

    /** Of a registry that no file is about. */
    private static final HostsFile.Named HOME_ALONE = new HostsFile.Named(List.of(), true);

    private final List<URI> mirrors;
    private final InsecureRegistries insecure;
    private final RegistryDirectory directory;

    /** What was read of {@code hosts.toml} files, for each registry. */
    private final Map<String, Parsed> parsed = new ConcurrentHashMap<>();

    /**
     * Knows what the daemon was told.
     *
     * @param mirrors base URLs that are asked before docker.io
     * @param directories places with a directory for each registry, such as {@code
     *     /etc/docker/certs.d}; they are read again when they change
     * @throws IllegalArgumentException with dockerd's text if a mirror is no URL
     */
    public Hosts(List<String> mirrors, InsecureRegistries insecure, List<Path> directories) {
        this.mirrors = mirrors.stream().map(Hosts::mirrorBase).toList();
        this.insecure = insecure;
        this.directory = new RegistryDirectory(directories);
    }

    private record Parsed(Path file, FileTime modified, HostsFile.Named named) {}

    /**
     * The domain that a user's address of a registry means: scheme and path do not count.
     *
     * @throws StatusException.InvalidArgument if it is none
     */
    public static String domain(String server) {
        String host = server.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        String bare = slash < 0 ? host : host.substring(0, slash);
        if (HUB_NAMES.contains(bare)) {
            return Reference.DEFAULT_DOMAIN;
        }
        if (!DOMAIN.matcher(bare).matches()) {
            throw new StatusException.InvalidArgument("invalid registry address " + bare);
        }
        return bare;
    }

    /**
     * The endpoints of a domain that can what is wanted, at least one.
     *
     * @param domain host with or without port, or {@code docker.io}
     * @throws StatusException if the configuration is wrong, or has no host for what is wanted
     */
    public List<Endpoint> of(String domain, Capability wanted) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (domain.equals(Reference.DEFAULT_DOMAIN)) {
            mirrors.forEach(mirror -> endpoints.add(mirror(mirror)));
        }
        HostsFile.Named named = configured(domain);
        endpoints.addAll(named.endpoints());
        if (named.home()) {
            endpoints.addAll(direct(domain));
        }
        List<Endpoint> able =
                endpoints.stream().filter(e -> e.capabilities().contains(wanted)).toList();
        if (able.isEmpty()) {
            throw new StatusException.Internal(
                    "no host of registry " + domain + " is configured for " + wanted);
        }
        return able;
    }

    private HostsFile.Named configured(String domain) {
        if (!DOMAIN.matcher(domain).matches()) {
            return HOME_ALONE;
        }
        Optional<Path> file = directory.hostsFile(domain);
        if (file.isEmpty()) {
            return HOME_ALONE;
        }
        try {
            FileTime modified = Files.getLastModifiedTime(file.get());
            Parsed known = parsed.get(domain);
            if (known != null
                    && known.file().equals(file.get())
                    && known.modified().equals(modified)) {
                return known.named();
            }
            HostsFile.Named named = new HostsFile(file.get(), domain, home(domain)).read();
            parsed.put(domain, new Parsed(file.get(), modified, named));
            return named;
        } catch (IOException e) {
            throw new StatusException.Internal("cannot use " + file.get(), e);
        }
    }

    private static URI mirrorBase(String url) {
        URI base;
        try {
            base = URI.create(url.replaceFirst("/+$", "") + "/v2");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "invalid mirror: \"" + url + "\" is not a valid URI", e);
        }
        if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme())) {
            throw new IllegalArgumentException(
                    "invalid mirror: unsupported scheme \""
                            + base.getScheme()
                            + "\" in \""
                            + url
                            + "\"");
        }
        if (base.getHost() == null || base.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "invalid mirror: \"" + url + "\" is not a valid URI");
        }
        return base;
    }

    private Endpoint mirror(URI base) {
        return new Endpoint(
                base,
                true,
                Set.of(Capability.PULL, Capability.RESOLVE),
                tls(base.getAuthority()),
                Map.of(),
                "",
                Endpoint.DIAL_TIMEOUT);
    }

    private List<Endpoint> direct(String domain) {
        String host = home(domain);
        var secure = Endpoint.of("https://" + host, tls(host));
        return insecure.contains(host)
                ? List.of(secure, Endpoint.of("http://" + host, TlsSettings.UNVERIFIED))
                : List.of(secure);
    }

    private static String home(String domain) {
        return domain.equals(Reference.DEFAULT_DOMAIN) ? HUB : domain;
    }

    private TlsSettings tls(String host) {
        boolean verified = !insecure.contains(host);
        if (!DOMAIN.matcher(host).matches()) {
            return verified ? TlsSettings.SYSTEM : TlsSettings.UNVERIFIED;
        }
        return directory.certificates(host, verified);
    }
}
