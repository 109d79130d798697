package jong.engine.networks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import jong.api.EndpointSettings;
import jong.api.NetworkingConfig;
import jong.engine.containers.NetworkMembership;
import jong.engine.containers.NetworkRequest;
import jong.network.Family;
import jong.network.PortMapping;
import jong.network.PublishedPort;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/** Changes the networks of containers that exist, running or not, as dockerd does. */
final class Memberships {

    private final NetworkCatalog catalog;
    private final Endpoints endpoints;
    private final DefaultRoutes routes;
    private final Allocator allocator;

    Memberships(
            NetworkCatalog catalog,
            Endpoints endpoints,
            DefaultRoutes routes,
            Allocator allocator) {
        this.catalog = catalog;
        this.endpoints = endpoints;
        this.routes = routes;
        this.allocator = allocator;
    }

    /** A container whose networks are changed. */
    record Subject(NetworkRequest request, int pid, NetworkMembership now) {

        boolean isRunning() {
            return pid != 0;
        }

        Path namespace() {
            return Path.of("/proc", Integer.toString(pid), "ns", "net");
        }

        NetworkRequest with(NetworkingConfig networking) {
            return request.with(networking);
        }
    }

    /** Connects at the next start. A network that is not known yet may be made until then. */
    void connectLater(
            Subject subject,
            String name,
            EndpointSettings wanted,
            Consumer<NetworkMembership> keep) {
        Optional<KnownNetwork> known = lookup(name);
        if (known.isPresent()) {
            check(subject, known.get(), wanted);
            if (!names(subject, known.get()).isEmpty()) {
                return;
            }
        }
        String key = known.map(network -> network.stored().name()).orElse(name);
        JsonObject settings = subject.now.settings().copy();
        List<String> names = EndpointNames.in(key, subject.request, wanted).own();
        networks(settings).put(key, SettingsView.blank(wanted, "", names));
        keep.accept(
                new NetworkMembership(
                        Wanted.with(subject.now.networking(), key, wanted),
                        settings,
                        subject.now.state()));
    }

    /** Connects at once; returns the network. */
    KnownNetwork connectNow(
            Subject subject,
            String name,
            EndpointSettings wanted,
            Consumer<NetworkMembership> keep) {
        KnownNetwork network = catalog.ready(name);
        check(subject, network, wanted);
        List<StoredEndpoint> before = endpoints.of(subject.request.id());
        if (before.stream().anyMatch(one -> one.networkId().equals(network.stored().id()))) {
            throw new PermissionDenied(
                    "endpoint with name "
                            + subject.request.name()
                            + " already exists in network "
                            + network.stored().name());
        }
        NetworkingConfig networking =
                Wanted.with(subject.now.networking(), network.stored().name(), wanted);
        StoredEndpoint added =
                allocator.reserveMore(subject.with(networking), before, network, wanted);
        List<StoredEndpoint> after = new ArrayList<>(before);
        after.add(added);
        try {
            endpoints.attach(added, subject.namespace(), routes.of(added, after));
            keep.accept(membership(subject, networking, after));
        } catch (RuntimeException e) {
            undo(subject, added, before, e);
            throw e;
        }
        movePorts(subject, networking, after, keep);
        return network;
    }

    private void undo(
            Subject subject, StoredEndpoint added, List<StoredEndpoint> before, Exception cause) {
        try {
            endpoints.detach(added, subject.namespace());
            endpoints.withdraw(added);
            before.forEach(one -> endpoints.lead(one, subject.namespace(), routes.of(one, before)));
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void check(Subject subject, KnownNetwork network, EndpointSettings wanted) {
        Sharing.checkMode(Wanted.mode(subject.request));
        EndpointCheck.check(wanted, !network.stored().isPredefined(), network);
        List<KnownNetwork> present =
                subject.request.networking().endpoints().keySet().stream()
                        .flatMap(name -> lookup(name).stream())
                        .filter(one -> !one.stored().id().equals(network.stored().id()))
                        .toList();
        Sharing.check(present, network);
    }

    /** Disconnects a container that does not run; also from a network that is gone. */
    void disconnectLater(Subject subject, String name, Consumer<NetworkMembership> keep) {
        Optional<KnownNetwork> known = lookup(name);
        List<String> names = known.map(one -> names(subject, one)).orElse(List.of(name));
        String shown = known.map(network -> network.stored().name()).orElse(name);
        if (names.isEmpty()
                || !subject.request.networking().endpoints().containsKey(names.getFirst())) {
            throw new Internal(
                    "container "
                            + subject.request.id()
                            + " is not connected to the network "
                            + shown);
        }
        JsonObject settings = subject.now.settings().copy();
        names.forEach(networks(settings)::remove);
        networks(settings).remove(shown);
        keep.accept(
                new NetworkMembership(
                        Wanted.without(subject.now.networking(), names),
                        settings,
                        subject.now.state()));
    }

    /** Disconnects at once; returns the network. */
    KnownNetwork disconnectNow(Subject subject, String name, Consumer<NetworkMembership> keep) {
        KnownNetwork network = catalog.find(name);
        if (Sharing.isHost(network) && Wanted.mode(subject.request).equals("host")) {
            throw Sharing.hostIsFixed();
        }
        List<StoredEndpoint> before = endpoints.of(subject.request.id());
        List<StoredEndpoint> removed =
                before.stream()
                        .filter(one -> one.networkId().equals(network.stored().id()))
                        .toList();
        List<String> names = names(subject, network);
        if (removed.isEmpty() && (names.isEmpty() || network.network() != null)) {
            throw new Internal(
                    "container "
                            + subject.request.id()
                            + " is not connected to network "
                            + network.stored().name());
        }
        List<StoredEndpoint> after = new ArrayList<>(before);
        after.removeAll(removed);
        NetworkingConfig networking = Wanted.without(subject.now.networking(), names);
        keep.accept(membership(subject, networking, after));
        for (StoredEndpoint one : removed) {
            endpoints.detach(one, subject.namespace());
            endpoints.withdraw(one);
        }
        for (StoredEndpoint one : after) {
            Set<Family> gained = EnumSet.noneOf(Family.class);
            gained.addAll(routes.of(one, after));
            gained.removeAll(routes.of(one, before));
            endpoints.lead(one, subject.namespace(), gained);
        }
        List<PublishedPort> ports =
                removed.stream().flatMap(one -> one.endpoint().ports().stream()).toList();
        republish(subject, networking, ports, after, keep);
        return network;
    }

    /** Where another network gives the default route now, it publishes the ports, too. */
    private void movePorts(
            Subject subject,
            NetworkingConfig networking,
            List<StoredEndpoint> all,
            Consumer<NetworkMembership> keep) {
        Optional<StoredEndpoint> next = allocator.publishing(all);
        Optional<StoredEndpoint> present =
                all.stream().filter(one -> !one.endpoint().ports().isEmpty()).findFirst();
        if (present.isEmpty() || next.isEmpty() || present.get().equals(next.get())) {
            return;
        }
        List<PublishedPort> ports = present.get().endpoint().ports();
        endpoints.withdraw(present.get(), ports);
        StoredEndpoint bare = present.get().with(present.get().endpoint().withPorts(List.of()));
        List<StoredEndpoint> left =
                all.stream().map(one -> one.equals(present.get()) ? bare : one).toList();
        republish(subject, networking, ports, left, keep);
    }

    /** Publishes ports that an endpoint has had by the one that leads outside, if there is one. */
    private void republish(
            Subject subject,
            NetworkingConfig networking,
            List<PublishedPort> ports,
            List<StoredEndpoint> all,
            Consumer<NetworkMembership> keep) {
        Optional<StoredEndpoint> next = allocator.publishing(all);
        if (ports.isEmpty() || next.isEmpty()) {
            return;
        }
        StoredEndpoint moved =
                endpoints.publish(next.get(), ports.stream().map(Memberships::again).toList());
        keep.accept(
                membership(
                        subject,
                        networking,
                        all.stream().map(one -> one.equals(next.get()) ? moved : one).toList()));
    }

    private static PortMapping again(PublishedPort port) {
        return new PortMapping(
                port.protocol(),
                port.port(),
                Optional.of(port.hostAddress()),
                port.hostPort(),
                port.hostPort());
    }

    private NetworkMembership membership(
            Subject subject, NetworkingConfig networking, List<StoredEndpoint> all) {
        return allocator.view().membership(subject.with(networking), subject.now, all);
    }

    /** By which names a container's wishes call a network. */
    private static List<String> names(Subject subject, KnownNetwork network) {
        return subject.request.networking().endpoints().keySet().stream()
                .filter(network.stored()::isCalled)
                .toList();
    }

    private Optional<KnownNetwork> lookup(String name) {
        try {
            return Optional.of(catalog.find(name));
        } catch (NotFound _) {
            // What to say of it depends on who asks.
            return Optional.empty();
        }
    }

    private static JsonObject networks(JsonObject settings) {
        if (!settings.has("Networks")) {
            settings.put("Networks", new JsonObject());
        }
        return settings.object("Networks");
    }
}
