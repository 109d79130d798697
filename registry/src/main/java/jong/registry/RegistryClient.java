package jong.registry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/**
 * Pulls from registries that speak the distribution specification.
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

    private final RegistryOptions options;
    private final Transport transport = new Transport();

    /** By domain, the endpoint that answered. */
    private final Map<String, Endpoint> reached = new ConcurrentHashMap<>();

    /** A client without connections yet. */
    public RegistryClient(RegistryOptions options) {
        this.options = options;
    }

    /** The repository of a reference, as seen by a user; nothing is asked yet. */
    public Repository repository(Reference reference, RegistryAuth auth) {
        return new Repository(this, transport, reference, auth);
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
     * Asks the endpoints of a domain in order until one answers; later questions go to that one
     * first. A mirror may refuse: then the next is asked.
     */
    <T> T ask(String domain, Question<T> question) throws IOException, InterruptedException {
        Endpoint known = reached.get(domain);
        List<Endpoint> endpoints =
                known != null && !domain.equals(Reference.DEFAULT_DOMAIN)
                        ? List.of(known)
                        : Endpoint.of(domain, options);
        for (Endpoint endpoint : endpoints.subList(0, endpoints.size() - 1)) {
            try {
                return remember(domain, endpoint, question);
            } catch (IOException _) {
                // Not reached; what the last one says is what the user is told.
            } catch (StatusException e) {
                if (!endpoint.mirror()) {
                    throw e; // A refusal is an answer; plain HTTP is only for who speaks no TLS.
                }
            }
        }
        return remember(domain, endpoints.getLast(), question);
    }

    private <T> T remember(String domain, Endpoint endpoint, Question<T> question)
            throws IOException, InterruptedException {
        T answer = question.ask(endpoint);
        reached.put(domain, endpoint);
        return answer;
    }
}
