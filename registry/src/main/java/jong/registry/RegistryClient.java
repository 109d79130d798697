package jong.registry;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.oci.reference.Reference;
import jong.registry.hosts.Capability;
import jong.registry.hosts.Endpoint;
import jong.registry.hosts.Hosts;
import jong.registry.hosts.InsecureRegistries;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Pulls from and pushes to registries that speak the distribution specification.
 *
 * <p>One for the whole process; it keeps connections, and which of several endpoints of a registry
 * answered. May be used by several threads at once.
 *
 * <pre>{@code
 * Repository repository = client.repository(reference, auth);
 * RemoteManifest manifest = repository.manifest("latest");
 * repository.fetchBlob(layer, store, listener);
 * }</pre>
 */
public final class RegistryClient implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RegistryClient.class.getName());

    private final RegistryOptions options;
    private final Hosts hosts;
    private final Transport transport;

    /** By domain, the endpoint that answered: of TLS and plain HTTP only one is tried again. */
    private final Map<String, Endpoint> reached = new ConcurrentHashMap<>();

    /**
     * A client without connections yet.
     *
     * @throws StatusException.InvalidArgument with docker's text if an option is wrong
     */
    public RegistryClient(RegistryOptions options) {
        this.options = options;
        this.hosts = hosts(options);
        this.transport =
                new Transport(new HttpClients(new Proxies(options.proxies())), options.stall());
    }

    private static Hosts hosts(RegistryOptions options) {
        try {
            return new Hosts(
                    options.mirrors(),
                    new InsecureRegistries(options.insecure()),
                    options.directories());
        } catch (IllegalArgumentException e) {
            throw new StatusException.InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    /** A repository to pull from, as seen by a user; nothing is asked yet. */
    public Repository repository(Reference reference, RegistryAuth auth) {
        return repository(reference, auth, Purpose.PULL);
    }

    /** A repository, as seen by a user; nothing is asked yet. */
    public Repository repository(Reference reference, RegistryAuth auth, Purpose purpose) {
        Session.Refusals refusals = purpose.refusals(reference);
        var session = new Session(transport, auth, purpose.scopes(reference), false, refusals);
        return new Repository(this, transport, reference, refusals, session);
    }

    /**
     * Tries whether a registry takes a user.
     *
     * @param server the registry, with or without scheme and path; empty for docker.io
     * @return the refresh token that it gave in place of the password, or {@code ""}
     * @throws StatusException with docker's text if it does not
     */
    public String login(String server, RegistryAuth auth) throws IOException, InterruptedException {
        return ask(
                Hosts.domain(server),
                Capability.PUSH,
                endpoint -> {
                    var session =
                            new Session(transport, auth, Scopes.NONE, true, RegistryErrors::of);
                    int status = session.login(endpoint);
                    if (status != 200) {
                        throw new StatusException.Internal(
                                "login attempt to "
                                        + endpoint.ping()
                                        + " failed with status: "
                                        + RegistryErrors.status(status));
                    }
                    return session.refreshToken(endpoint);
                });
    }

    /**
     * Asks a registry's index for images, by docker's old protocol, which Docker Hub still speaks.
     *
     * @param term what to look for, after the registry's domain if it is not docker.io
     * @param limit how many results are wanted, 1 to 100
     * @return docker's search results
     */
    public List<JsonObject> search(String term, int limit, RegistryAuth auth)
            throws IOException, InterruptedException {
        return new IndexSearch(this, transport, auth).run(term, limit);
    }

    /** Closes all connections; downloads that go on fail. */
    @Override
    public void close() {
        transport.close();
    }

    RegistryOptions options() {
        return options;
    }

    /** Something asked of an endpoint. */
    interface Question<T> {
        T ask(Endpoint endpoint) throws IOException, InterruptedException;
    }

    /**
     * Asks the endpoints of a domain in order until one answers. A mirror may refuse: then the next
     * is asked.
     */
    <T> T ask(String domain, Capability wanted, Question<T> question)
            throws IOException, InterruptedException {
        List<Endpoint> endpoints = endpoints(domain, wanted);
        for (Endpoint endpoint : endpoints.subList(0, endpoints.size() - 1)) {
            try {
                return remember(domain, endpoint, question);
            } catch (IOException e) {
                // What the last one says is what the user is told.
                LOG.log(Level.DEBUG, "asking the next endpoint after " + endpoint.base(), e);
            } catch (StatusException e) {
                if (!endpoint.mirror()) {
                    throw e; // A refusal is an answer; plain HTTP is only for who speaks no TLS.
                }
                LOG.log(Level.DEBUG, "asking the next endpoint after " + endpoint.base(), e);
            }
        }
        return remember(domain, endpoints.getLast(), question);
    }

    private List<Endpoint> endpoints(String domain, Capability wanted) {
        List<Endpoint> all = hosts.of(domain, wanted);
        Endpoint known = reached.get(domain);
        if (known == null || !all.contains(known)) {
            return all;
        }
        return all.stream().filter(e -> e.mirror() || e.equals(known)).toList();
    }

    private <T> T remember(String domain, Endpoint endpoint, Question<T> question)
            throws IOException, InterruptedException {
        try {
            T answer = question.ask(endpoint);
            if (!endpoint.mirror()) {
                reached.put(domain, endpoint);
            }
            return answer;
        } catch (IOException e) {
            reached.remove(domain, endpoint); // It may speak otherwise from now on.
            throw e;
        }
    }
}
