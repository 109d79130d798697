package jong.registry.server;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import jong.oci.Digest;
import jong.registry.server.storage.RepositoryStore;

/** Where a registry looks for what it does not have. */
interface Upstream {

    /** A registry that has nothing behind it. */
    Upstream NONE =
            new Upstream() {
                @Override
                public String located(String name, String namespace) {
                    return name;
                }

                @Override
                public void refresh(RepositoryStore repository, String reference) {}

                @Override
                public boolean blob(
                        RegistryExchange exchange, RepositoryStore repository, Digest digest) {
                    return false;
                }

                @Override
                public Optional<List<String>> tags(RepositoryStore repository) {
                    return Optional.empty();
                }

                @Override
                public Optional<List<byte[]>> referrers(
                        RepositoryStore repository, Digest subject) {
                    return Optional.empty();
                }
            };

    /**
     * The repository of this registry that a client means.
     *
     * @param name as the client has it, not checked yet
     * @param namespace the registry that the client means, as containerd sends it in {@code ns} to
     *     a mirror; {@code ""} if it does not say
     */
    String located(String name, String namespace);

    /**
     * Sees to it that a tag, or a manifest by digest, is here as it is there. If nobody answers
     * there, what is here stays as it is.
     */
    void refresh(RepositoryStore repository, String reference) throws IOException;

    /**
     * Sees to it that a blob is here.
     *
     * @return whether the request was answered with it on the way
     */
    boolean blob(RegistryExchange exchange, RepositoryStore repository, Digest digest)
            throws IOException;

    /** The tags that are there; empty if nobody answers, so that those here must do. */
    Optional<List<String>> tags(RepositoryStore repository);

    /**
     * The pages of an index of the manifests about a digest that are there, not verified in any
     * way; empty if nobody answers, so that those here must do.
     */
    Optional<List<byte[]>> referrers(RepositoryStore repository, Digest subject);
}
