package jong.registry.server;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.Digest;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.storage.RepositoryStore;

/**
 * The registries that this one is a cache of. What comes from a registry with a namespace is kept
 * in repositories below it, {@code ghcr.io/a/b}, and can be asked for by that name too; one
 * registry may be without, and has all other names.
 */
final class Remotes implements Upstream {

    /** Of the registry that has all other names. */
    private static final String NO_NAMESPACE = "";

    private final Map<String, PullThrough> byNamespace = new HashMap<>();

    /** Adds a registry, before the first request. */
    void add(String namespace, PullThrough remote) {
        byNamespace.put(namespace, remote);
    }

    /** Whoever is a mirror of all registries must not answer for one that it does not know. */
    @Override
    public String located(String name, String namespace) {
        String component = component(namespace);
        if (!component.isEmpty() && byNamespace.containsKey(component)) {
            return component + "/" + name;
        }
        if (!component.isEmpty() && !byNamespace.containsKey(NO_NAMESPACE)) {
            throw new RegistryException(ErrorCode.NAME_UNKNOWN, "this is no cache of " + namespace);
        }
        return name;
    }

    /** A registry's domain as a part of a repository's name, in which there are no colons. */
    static String component(String domain) {
        return domain.replace(':', '_');
    }

    private PullThrough of(RepositoryName name) {
        int slash = name.value().indexOf('/');
        PullThrough named = slash < 0 ? null : byNamespace.get(name.value().substring(0, slash));
        PullThrough remote = named == null ? byNamespace.get(NO_NAMESPACE) : named;
        if (remote == null) {
            throw new RegistryException(
                    ErrorCode.NAME_UNKNOWN, name + " begins with none of this cache's registries");
        }
        return remote;
    }

    @Override
    public void refresh(RepositoryStore repository, String reference) throws IOException {
        of(repository.name()).refresh(repository, reference);
    }

    @Override
    public boolean blob(RegistryExchange exchange, RepositoryStore repository, Digest digest)
            throws IOException {
        return of(repository.name()).blob(exchange, repository, digest);
    }

    @Override
    public Optional<List<String>> tags(RepositoryStore repository) {
        return of(repository.name()).tags(repository);
    }

    @Override
    public Optional<List<byte[]>> referrers(RepositoryStore repository, Digest subject) {
        return of(repository.name()).referrers(repository, subject);
    }
}
