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

    /** A client without connections yet. */
    public RegistryClient(RegistryOptions options) {
        this.options = options;
        this.hosts = new Hosts(options.mirrors(), new InsecureRegistries(options.insecure()));
        this.transport = new Transport(new HttpClients(null));
    }

    /** A repository to pull from, as seen by a user; nothing is asked yet. */
    public Repository repository(Reference reference, RegistryAuth auth) {
        return repository(reference, auth, Scopes.repository(reference.path(), "pull"));
    }

    /** Like {@link #repository(Reference, RegistryAuth)}, to push to. */
    public Repository repositoryForPush(Reference reference, RegistryAuth auth) {
        return repository(reference, auth, Scopes.repository(reference.path(), "pull", "push"));
    }

    private Repository repository(Reference reference, RegistryAuth auth, Scopes scopes) {
        var session = new Session(transport, auth, scopes, false);
        return new Repository(this, transport, reference, session);
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
        T answer = question.ask(endpoint);
        if (!endpoint.mirror()) {
            reached.put(domain, endpoint);
        }
        return answer;
    }
}
