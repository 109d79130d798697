package jong.network;

import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftChange;
import jong.linux.nftables.NftHook;
import jong.linux.nftables.NftInterfaceMap;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftSocket;
import jong.linux.nftables.NftTable;

/**
 * The packet filter's table of an engine, for IPv4 and IPv6: who may reach whom, and the published
 * ports. docs/network.md lists its chains and says why.
 *
 * <p>What the table is to hold is kept here. Networks that come or go replace it in one step, so
 * that no packet ever sees half of it; a port that is published adds an element to a map. The
 * administrator's own chain stays as it is. For any thread.
 */
final class Firewall {
    /** Whose rules come first; nobody but the administrator writes any into it. */
    static final String ADMINISTRATORS = "admin";

    private static final int BEFORE_TRACKING = -300;
    private static final int DESTINATION_NAT = -100;
    private static final int FILTER = 0;
    private static final int SOURCE_NAT = 100;
    private static final String INTO = "into_";
    private static final String FROM = "from_";
    private static final Set<String> BASE_CHAINS =
            Set.of("spoofed", "prerouting", "output", "forward", "postrouting");
    private static final Subnet LOOPBACK = Subnet.parse("127.0.0.0/8");
    private static final Subnet LOOPBACK_IPV6 = Subnet.parse("::1/128");

    private final NftSocket socket;
    private final Flows flows;
    private final NftTable table;
    private final boolean userlandProxy;
    private final Map<Family, PortMaps> ports = new EnumMap<>(Family.class);
    private final NftInterfaceMap into;
    private final NftInterfaceMap from;
    private final Map<String, Protected> networks = new LinkedHashMap<>(); // Guarded by this.

    /** A network and what its endpoints have, by their ids. */
    private record Protected(BridgeSettings settings, Map<String, Endpoint> endpoints) {}

    /**
     * No network is open yet.
     *
     * @param userlandProxy whether this process passes on what comes to the sockets of ports
     */
    Firewall(NftSocket socket, Flows flows, String table, boolean userlandProxy) {
        this.socket = socket;
        this.flows = flows;
        this.userlandProxy = userlandProxy;
        this.table = new NftTable(NftTable.Family.INET, table);
        for (var family : Family.values()) {
            ports.put(family, new PortMaps(this.table, family));
        }
        into = new NftInterfaceMap(this.table, "into");
        from = new NftInterfaceMap(this.table, "from");
    }

    /** Takes networks with the ports of their endpoints in, in one step with all others. */
    void open(Map<BridgeSettings, ? extends Collection<Endpoint>> opened) throws ErrnoException {
        if (opened.isEmpty()) {
            return; // A table that no network has brought, none would take away.
        }
        add(opened);
        flows.forgetStrays(opened.values().stream().<Endpoint>flatMap(Collection::stream).toList());
    }

    private synchronized void add(Map<BridgeSettings, ? extends Collection<Endpoint>> opened)
            throws ErrnoException {
        opened.forEach((settings, endpoints) -> {
            var known = new LinkedHashMap<String, Endpoint>();
            endpoints.forEach(endpoint -> known.put(endpoint.id(), endpoint));
            networks.put(settings.bridge(), new Protected(settings, known));
        });
        replace();
    }

    /** Takes a network out. The table goes with the last one, unless the administrator uses it. */
    synchronized void close(BridgeSettings settings) throws ErrnoException {
        if (networks.remove(settings.bridge()) == null) {
            return;
        }
        if (!networks.isEmpty()) {
            replace();
        } else if (socket.rules(table, ADMINISTRATORS).isEmpty()) {
            deleteTable();
        } else {
            socket.execute(emptied());
        }
    }

    /** Publishes an endpoint's ports; in place of those that it had, all in one step. */
    void publish(BridgeSettings settings, Endpoint endpoint) throws ErrnoException {
        flows.forget(exchange(settings, endpoint), List.of(endpoint)); // Others need not wait.
    }

    private synchronized List<Endpoint> exchange(BridgeSettings settings, Endpoint endpoint)
            throws ErrnoException {
        var endpoints = network(settings).endpoints;
        var before = endpoints.put(endpoint.id(), endpoint);
        List<Endpoint> old = before == null ? List.of() : List.of(before);
        try {
            change(settings, old, List.of(endpoint));
            return old;
        } catch (ErrnoException e) {
            if (before == null) {
                endpoints.remove(endpoint.id());
            } else {
                endpoints.put(endpoint.id(), before);
            }
            throw e;
        }
    }

    /** Takes an endpoint's ports away; nothing when it has published none. */
    void withdraw(BridgeSettings settings, Endpoint endpoint) throws ErrnoException {
        flows.forget(remove(settings, endpoint), List.of());
    }

    private synchronized List<Endpoint> remove(BridgeSettings settings, Endpoint endpoint)
            throws ErrnoException {
        var before = network(settings).endpoints.remove(endpoint.id());
        if (before == null) {
            return List.of();
        }
        change(settings, List.of(before), List.of());
        return List.of(before);
    }

    private void change(BridgeSettings settings, List<Endpoint> before, List<Endpoint> after)
            throws ErrnoException {
        var batch = new NftBatch();
        ports.values().forEach(maps -> maps.change(batch, settings, before, after));
        executeOrReplace(batch);
    }

    private void executeOrReplace(NftBatch batch) throws ErrnoException {
        try {
            socket.execute(batch);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            replace(); // Somebody has flushed the table, and FirewallWatch has yet to see it.
        }
    }

    /** Makes the table anew, as after somebody has flushed it. */
    void restore() throws ErrnoException {
        flows.forgetStrays(replaceIfAny());
    }

    private synchronized List<Endpoint> replaceIfAny() throws ErrnoException {
        if (networks.isEmpty()) {
            return List.of();
        }
        replace();
        return networks.values().stream()
                .flatMap(network -> network.endpoints.values().stream())
                .toList();
    }

    /** Whether a whole chain is missing, as after the table was deleted. */
    synchronized boolean isDamaged() throws ErrnoException {
        return !networks.isEmpty() && !socket.chains(table).containsAll(BASE_CHAINS);
    }

    /** Whether a change of others has taken something away that restoring brings back. */
    boolean isDamage(NftChange change) {
        return change.removed()
                && change.table().equals(table)
                && switch (change.kind()) {
                    case TABLE -> true;
                    case CHAIN -> isOwnChain(change.name()) || isAdministrators(change.name());
                    case RULE -> isOwnChain(change.name());
                    case MAP, ELEMENT -> isOwnMap(change.name());
                };
    }

    private static boolean isAdministrators(String chain) {
        return chain.equals(ADMINISTRATORS);
    }

    private static boolean isOwnChain(String name) {
        return BASE_CHAINS.contains(name) || name.startsWith(INTO) || name.startsWith(FROM);
    }

    private boolean isOwnMap(String name) {
        return name.equals(into.name())
                || name.equals(from.name())
                || ports.values().stream().anyMatch(maps -> maps.has(name));
    }

    private Protected network(BridgeSettings settings) {
        var network = networks.get(settings.bridge());
        if (network == null) {
            throw new IllegalStateException("network of " + settings.bridge() + " is not open");
        }
        return network;
    }

    private void replace() throws ErrnoException {
        try {
            socket.execute(whole());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            socket.execute(whole()); // Flushed since the batch was made.
        }
    }

    private NftBatch whole() throws ErrnoException {
        NftBatch batch = emptied();
        ports.values().forEach(maps -> maps.make(batch));
        batch.addMap(into).addMap(from);
        addSpoofing(batch);
        addDestinationNat(batch);
        addForward(batch);
        addSourceNat(batch);
        for (var network : networks.values()) {
            ports.values()
                    .forEach(maps ->
                            maps.publish(batch, network.settings, network.endpoints.values()));
        }
        return batch;
    }

    /** The table with nothing in it but what the administrator has: a chain, and what it uses. */
    private NftBatch emptied() throws ErrnoException {
        var batch = new NftBatch().addTable(table).addChain(table, ADMINISTRATORS);
        List<String> chains = socket.chains(table).stream().filter(Firewall::isOwnChain).toList();
        chains.forEach(chain -> batch.flushChain(table, chain));
        socket.maps(table).stream()
                .filter(this::isOwnMap)
                .forEach(map -> batch.deleteMap(table, map));
        chains.forEach(chain -> batch.deleteChain(table, chain));
        return batch;
    }

    private void deleteTable() throws ErrnoException {
        try {
            socket.execute(new NftBatch().deleteTable(table));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /**
     * Packets for 127.0.0.0/8 that come over a wire. The kernel itself drops them, but only after
     * destination NAT (ports published at 127.0.0.1 would be open to the neighbours) and not on the
     * bridges, where route_localnet is on (sandboxes would reach the host's own loopback).
     */
    private void addSpoofing(NftBatch batch) {
        chain(batch, "spoofed", NftHook.Type.FILTER, NftHook.Point.PREROUTING, BEFORE_TRACKING);
        rule(
                batch,
                "spoofed",
                new NftRule()
                        .notInputInterface("lo")
                        .family(NftTable.Family.IP)
                        .destination(LOOPBACK.network(), LOOPBACK.prefixLength())
                        .drop());
    }

    private void addDestinationNat(NftBatch batch) {
        chain(batch, "prerouting", NftHook.Type.NAT, NftHook.Point.PREROUTING, DESTINATION_NAT);
        chain(batch, "output", NftHook.Type.NAT, NftHook.Point.OUTPUT, DESTINATION_NAT);
        // The kernel lets no packet from ::1 leave; the socket that holds the port serves it.
        rule(
                batch,
                "output",
                new NftRule()
                        .family(NftTable.Family.IP6)
                        .destination(LOOPBACK_IPV6.network(), LOOPBACK_IPV6.prefixLength())
                        .accept());
        networks.values().stream()
                .map(Protected::settings)
                .filter(settings -> userlandProxy && isProxiedInside(settings.policy()))
                .forEach(settings -> leaveToSockets(batch, settings.bridge()));
        for (PortMaps maps : ports.values()) {
            maps.rewrite(batch, "prerouting");
            maps.rewrite(batch, "output");
        }
    }

    private static boolean isProxiedInside(BridgeSettings.Policy policy) {
        return !policy.connected() && !policy.internal();
    }

    /**
     * Between endpoints that do not reach each other, published ports are passed on by the sockets
     * that hold them. A rewritten packet would have to cross the bridge from one to the other: it
     * does not, as its ports are isolated, where bridged packets are filtered.
     */
    private void leaveToSockets(NftBatch batch, String bridge) {
        rule(batch, "prerouting", new NftRule().inputInterface(bridge).accept());
    }

    private void addForward(NftBatch batch) {
        chain(batch, "forward", NftHook.Type.FILTER, NftHook.Point.FORWARD, FILTER);
        rule(batch, "forward", new NftRule().jump(ADMINISTRATORS));
        rule(batch, "forward", new NftRule().jumpByInput(from));
        rule(batch, "forward", new NftRule().jumpByOutput(into));
        for (var network : networks.values()) {
            addWayIn(batch, network.settings);
            if (network.settings.policy().internal()) {
                addClosedWayOut(batch, network.settings);
            }
        }
    }

    /** Only answers, published ports and, if wanted, neighbours reach a sandbox. */
    private void addWayIn(NftBatch batch, BridgeSettings settings) {
        var bridge = settings.bridge();
        var policy = settings.policy();
        var chain = INTO + bridge;
        batch.addChain(table, chain);
        var between = new NftRule().inputInterface(bridge);
        rule(batch, chain, policy.connected() ? between.accept() : between.drop());
        if (!policy.internal()) {
            rule(
                    batch,
                    chain,
                    new NftRule().state(NftRule.State.ESTABLISHED, NftRule.State.RELATED).accept());
            rule(batch, chain, new NftRule().destinationRewritten().accept());
            for (Family family : Family.values()) {
                addDirectWay(batch, chain, family, policy.mode(family));
                for (String link : settings.host().trusted()) {
                    rule(batch, chain, ports(family).acceptOpenFrom(link));
                }
            }
        }
        rule(batch, chain, new NftRule().drop());
        batch.addElement(into, bridge, chain);
    }

    private void addDirectWay(NftBatch batch, String chain, Family family, GatewayMode mode) {
        var maps = ports(family);
        switch (mode) {
            case NAT_UNPROTECTED -> rule(batch, chain, maps.rule().accept());
            case ROUTED -> {
                rule(batch, chain, maps.acceptOpen());
                rule(batch, chain, maps.rule().protocol(family.icmp()).accept());
            }
            case NAT, ISOLATED -> {}
        }
    }

    private void addClosedWayOut(NftBatch batch, BridgeSettings settings) {
        var chain = FROM + settings.bridge();
        batch.addChain(table, chain);
        rule(batch, chain, new NftRule().notOutputInterface(settings.bridge()).drop());
        batch.addElement(from, settings.bridge(), chain);
    }

    private void addSourceNat(NftBatch batch) {
        chain(batch, "postrouting", NftHook.Type.NAT, NftHook.Point.POSTROUTING, SOURCE_NAT);
        for (var network : networks.values()) {
            for (IpamPool pool : network.settings.pools()) {
                addSourceNat(batch, network.settings, pool);
            }
        }
    }

    private void addSourceNat(NftBatch batch, BridgeSettings settings, IpamPool pool) {
        var bridge = settings.bridge();
        if (!settings.policy().mode(pool.family()).isNat()) {
            return;
        }
        if (pool.family() == Family.IPV4) {
            // A sandbox could not answer to 127.0.0.1.
            rule(batch, "postrouting", from(LOOPBACK).outputInterface(bridge).masquerade());
        }
        // A neighbour would answer past the host, which could not undo the rewriting.
        rule(
                batch,
                "postrouting",
                from(pool.subnet()).outputInterface(bridge).destinationRewritten().masquerade());
        if (settings.policy().masquerade() && !settings.policy().internal()) {
            NftRule leaving = from(pool.subnet()).notOutputInterface(bridge);
            settings.host()
                    .source(pool.family())
                    .ifPresentOrElse(leaving::rewriteSource, leaving::masquerade);
            rule(batch, "postrouting", leaving);
        }
    }

    private PortMaps ports(Family family) {
        return Objects.requireNonNull(ports.get(family));
    }

    private NftRule from(Subnet subnet) {
        InetAddress network = subnet.network();
        return ports(subnet.family()).rule().source(network, subnet.prefixLength());
    }

    private void chain(
            NftBatch batch, String name, NftHook.Type type, NftHook.Point point, int priority) {
        batch.addChain(table, name, new NftHook(type, point, priority));
    }

    private void rule(NftBatch batch, String chain, NftRule rule) {
        batch.addRule(table, chain, rule);
    }
}
