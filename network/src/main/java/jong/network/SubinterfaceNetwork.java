package jong.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.MacAddress;
import jong.linux.netlink.NetworkNamespace;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;
import jong.network.SubinterfaceSettings.Kind;

/**
 * A network of macvlan or ipvlan interfaces: each stands in a sandbox, on top of one of the host's,
 * and is on its wire. The host's packet filter does not see its packets, so no port is published.
 */
public final class SubinterfaceNetwork implements SandboxNetwork {
    /** How often an interface is tried whose Ethernet address is still that of a dying one. */
    private static final int TRIES = 100;

    private static final int PAUSE_MILLIS = 10;

    private final SubinterfaceSettings settings;
    private final AddressAllocator addresses;
    private final ParentInterfaces parents;
    private final HostNamespace host;
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();

    SubinterfaceNetwork(
            SubinterfaceSettings settings, ParentInterfaces parents, HostNamespace host) {
        this.settings = settings;
        this.addresses = new AddressAllocator(settings.pools());
        this.parents = parents;
        this.host = host;
    }

    /** Makes the parent if it is to be made, and takes over endpoints from before a restart. */
    void open(List<Endpoint> attached) throws IOException {
        for (var endpoint : attached) {
            for (var own : endpoint.addresses()) {
                addresses.take(own.address());
            }
            endpoints.put(endpoint.id(), endpoint);
        }
        parents.use(settings);
    }

    @Override
    public List<IpamPool> pools() {
        return settings.pools();
    }

    @Override
    public Endpoint reserve(EndpointRequest request) throws NetworkException {
        List<Endpoint.Address> own =
                addresses.reserve(request.addresses(), _ -> !settings.internal());
        var endpoint =
                new Endpoint(
                                request.id(),
                                request.sandboxName(),
                                request.interfaceName(),
                                settings.isRouted() ? own.stream().map(this::routed).toList() : own,
                                mac(request, own),
                                "",
                                List.of())
                        .with(request.settings());
        endpoints.put(endpoint.id(), endpoint);
        return endpoint;
    }

    private Optional<MacAddress> mac(EndpointRequest request, List<Endpoint.Address> own) {
        return settings.kind() instanceof Kind.Macvlan
                ? request.mac().or(() -> Optional.of(BridgeNetwork.macOf(own.getFirst().address())))
                : Optional.empty();
    }

    /** A routed interface has no gateway: it leads outside itself. */
    private Endpoint.Address routed(Endpoint.Address own) {
        Optional<InetAddress> outside =
                settings.internal()
                        ? Optional.empty()
                        : Optional.of(Family.of(own.address()).unspecified());
        return new Endpoint.Address(own.address(), own.prefixLength(), outside);
    }

    @Override
    public void attach(Endpoint endpoint, Path namespace, Set<Family> leading)
            throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            host.requireOther(opened);
            int link = parents.index(settings.parent());
            var _ =
                    opened.call(() -> {
                        attach(endpoint, link, opened, leading);
                        return endpoint;
                    });
        } catch (IOException e) {
            throw failed("connect " + endpoint.sandboxName() + " to " + settings.parent(), e);
        }
    }

    /**
     * The interface of a sandbox that has just ended keeps its Ethernet address until the kernel
     * has taken its namespace down.
     */
    private void attach(
            Endpoint endpoint, int link, NetworkNamespace namespace, Set<Family> leading)
            throws IOException {
        for (int tries = 1; ; tries++) {
            create(endpoint, link, namespace);
            try {
                Inside.configure(endpoint, leading);
                return;
            } catch (IOException e) {
                delete(endpoint);
                if (tries == TRIES || !isAddressInUse(e)) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static boolean isAddressInUse(IOException e) {
        return e instanceof ErrnoException of && of.errno() == Errno.EADDRINUSE;
    }

    private void create(Endpoint endpoint, int link, NetworkNamespace namespace)
            throws IOException {
        var change = new LinkChange().namespace(namespace);
        endpoint.mac().ifPresent(change::address);
        String name = endpoint.interfaceName();
        parents.execute(
                settings.kind().toString(),
                switch (settings.kind()) {
                    case Kind.Macvlan(var mode) ->
                            RouteRequest.createMacvlan(name, link, mode, change);
                    case Kind.Ipvlan(var mode, var flag) ->
                            RouteRequest.createIpvlan(name, link, mode, flag, change);
                });
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an Ethernet address is in use", e);
        }
    }

    @Override
    public void lead(Endpoint endpoint, Path namespace, Set<Family> families)
            throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            Inside.lead(opened, endpoint, families);
        } catch (IOException e) {
            throw failed("route " + endpoint.sandboxName() + " by " + settings.parent(), e);
        }
    }

    @Override
    public void detach(Endpoint endpoint, Path namespace) throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            var _ =
                    opened.call(() -> {
                        delete(endpoint);
                        return endpoint;
                    });
        } catch (IOException e) {
            throw failed("disconnect " + endpoint.sandboxName() + " from " + settings.parent(), e);
        }
    }

    /** On a thread inside the sandbox. */
    private static void delete(Endpoint endpoint) throws ErrnoException {
        try (var inside = new RouteSocket()) {
            Removals.delete(inside, endpoint.interfaceName());
        }
    }

    /** The interface ends with its sandbox. */
    @Override
    public void release(Endpoint endpoint) {
        if (endpoints.remove(endpoint.id()) != null) {
            addresses.free(endpoint.addresses());
        }
    }

    /** Nothing of an endpoint is outside its sandbox. */
    @Override
    public void sweep() {}

    @Override
    public void remove() throws NetworkException {
        if (!endpoints.isEmpty()) {
            throw new NetworkException("network on " + settings.parent() + " has active endpoints");
        }
        try {
            KernelThreads.call(() -> {
                parents.leave(settings);
                return null;
            });
        } catch (IOException e) {
            throw failed("remove the network on " + settings.parent(), e);
        }
    }

    private static NetworkException failed(String what, IOException e) {
        return new NetworkException("failed to " + what + ": " + e.getMessage(), e);
    }
}
