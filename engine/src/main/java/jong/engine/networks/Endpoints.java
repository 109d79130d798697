package jong.engine.networks;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jong.api.EndpointSettings;
import jong.engine.containers.Identifiers;
import jong.engine.containers.NetworkRequest;
import jong.network.AddressInUseException;
import jong.network.Bandwidth;
import jong.network.BridgeNetwork;
import jong.network.EndpointRequest;
import jong.network.Family;
import jong.network.PortMapping;
import jong.network.PublishedPort;
import jong.network.SandboxNetwork;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.PermissionDenied;

/** Endpoints of containers: in the kernel by their networks, and in the metadata. */
final class Endpoints {

    private static final Logger LOG = System.getLogger(Endpoints.class.getName());

    private final NetworkCatalog catalog;

    Endpoints(NetworkCatalog catalog) {
        this.catalog = catalog;
    }

    /** Those of a container, in the order in which they were made. */
    List<StoredEndpoint> of(String containerId) {
        return catalog.endpointsOfContainer(containerId);
    }

    /** The network of an endpoint. */
    KnownNetwork network(StoredEndpoint endpoint) {
        return catalog.find(endpoint.networkId());
    }

    /** Takes what a container wants of a network, and keeps that it has it. */
    StoredEndpoint reserve(
            NetworkRequest request,
            KnownNetwork network,
            EndpointSettings wanted,
            String interfaceName,
            List<PortMapping> ports) {
        SandboxNetwork sandboxes = sandboxes(network);
        List<InetAddress> addresses =
                EndpointCheck.check(wanted, !network.stored().isPredefined(), network);
        try {
            var endpoint =
                    sandboxes.reserve(
                            new EndpointRequest(
                                    Identifiers.random(),
                                    request.name(),
                                    interfaceName,
                                    addresses,
                                    EndpointRequest.parseMac(wanted.macAddress()),
                                    ports,
                                    Bandwidth.of(wanted.driverOpts()),
                                    EndpointCheck.settings(wanted)));
            var stored =
                    new StoredEndpoint(
                            network.stored().id(),
                            request.id(),
                            wanted.gatewayPriority(),
                            EndpointNames.in(network.stored().name(), request, wanted),
                            endpoint);
            return keep(stored, sandboxes);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private StoredEndpoint keep(StoredEndpoint stored, SandboxNetwork sandboxes)
            throws IOException {
        try {
            catalog.addNew(stored);
            return stored;
        } catch (RuntimeException e) {
            sandboxes.release(stored.endpoint());
            throw e;
        }
    }

    private static SandboxNetwork sandboxes(KnownNetwork network) {
        SandboxNetwork sandboxes = network.network();
        if (sandboxes == null) {
            throw new InvalidArgument(
                    "container cannot be connected to network "
                            + network.stored().name()
                            + " besides another");
        }
        return sandboxes;
    }

    void attach(StoredEndpoint stored, Path namespace, Set<Family> leading) {
        try {
            sandboxes(network(stored)).attach(stored.endpoint(), namespace, leading);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    void lead(StoredEndpoint stored, Path namespace, Set<Family> families) {
        if (families.isEmpty()) {
            return;
        }
        try {
            sandboxes(network(stored)).lead(stored.endpoint(), namespace, families);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    void detach(StoredEndpoint stored, Path namespace) {
        try {
            sandboxes(network(stored)).detach(stored.endpoint(), namespace);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /**
     * Publishes more ports of an attached endpoint of a bridge.
     *
     * @return the endpoint with all its ports
     */
    StoredEndpoint publish(StoredEndpoint stored, List<PortMapping> ports) {
        try {
            StoredEndpoint changed = stored.with(bridge(stored).publish(stored.endpoint(), ports));
            catalog.add(changed);
            return changed;
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /** Withdraws some ports of an attached endpoint of a bridge. */
    void withdraw(StoredEndpoint stored, List<PublishedPort> ports) {
        try {
            catalog.add(stored.with(bridge(stored).withdraw(stored.endpoint(), ports)));
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private BridgeNetwork bridge(StoredEndpoint stored) {
        if (network(stored).network() instanceof BridgeNetwork bridge) {
            return bridge;
        }
        throw new IllegalStateException("not a bridge: " + stored);
    }

    /** Gives back all that an endpoint has; its network may be gone, or not ready. */
    void withdraw(StoredEndpoint stored) {
        try {
            SandboxNetwork sandboxes =
                    catalog.has(stored.networkId()) ? network(stored).network() : null;
            if (sandboxes != null) {
                sandboxes.release(stored.endpoint());
            }
        } catch (IOException e) {
            throw refused(e);
        }
        catalog.forget(stored);
    }

    /** The same for all of a container, of which none keeps the others from it. */
    void withdrawAll(String containerId) {
        for (StoredEndpoint stored : of(containerId)) {
            try {
                withdraw(stored);
            } catch (StatusException e) {
                LOG.log(Level.WARNING, "an endpoint is left behind: " + e.getMessage(), e);
            }
        }
    }

    private static StatusException refused(IOException e) {
        String text = String.valueOf(e.getMessage());
        return e instanceof AddressInUseException
                ? new PermissionDenied(text)
                : new Internal(text, e);
    }
}
