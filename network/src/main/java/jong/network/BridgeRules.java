package jong.network;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftHook;
import jong.linux.nftables.NftMap;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftTable;
import jong.linux.nftables.NftType;

/**
 * The packet filter's table for one bridge. Its chains never change while the network lives;
 * publishing a port adds an element to a map. docs/network.md lists them and says why.
 */
final class BridgeRules {
    private static final int BEFORE_TRACKING = -300;
    private static final int DESTINATION_NAT = -100;
    private static final int FILTER = 0;
    private static final int SOURCE_NAT = 100;
    private static final Subnet LOOPBACK = Subnet.parse("127.0.0.0/8");

    private final BridgeSettings settings;
    private final NftTable table;
    private final NftMap anywhere;
    private final NftMap atAddress;

    BridgeRules(BridgeSettings settings) {
        this.settings = settings;
        // One table a bridge, so that two engines on one host have nothing in common.
        var name = "jong_" + settings.bridge().replaceAll("[^A-Za-z0-9_.]", "_");
        this.table = new NftTable(NftTable.Family.IP, name);
        var target = List.of(NftType.IPV4_ADDRESS, NftType.PORT);
        this.anywhere = new NftMap(table, "ports", List.of(NftType.PROTOCOL, NftType.PORT), target);
        this.atAddress =
                new NftMap(
                        table,
                        "ports_at_address",
                        List.of(NftType.IPV4_ADDRESS, NftType.PROTOCOL, NftType.PORT),
                        target);
    }

    /** Makes the table, or replaces it in one step, with the ports of these endpoints. */
    NftBatch install(Collection<Endpoint> endpoints) {
        var batch = new NftBatch().replaceTable(table).addMap(anywhere).addMap(atAddress);
        addSpoofing(batch);
        addDestinationNat(batch, "prerouting", NftHook.Point.PREROUTING);
        addDestinationNat(batch, "output", NftHook.Point.OUTPUT);
        addForward(batch);
        addSourceNat(batch);
        addElements(batch, endpoints);
        return batch;
    }

    /** Publishes an endpoint's ports. */
    NftBatch publish(Endpoint endpoint) {
        return addElements(new NftBatch(), List.of(endpoint));
    }

    /** Takes an endpoint's ports away; fails when they are not published. */
    NftBatch withdraw(Endpoint endpoint) {
        return new NftBatch()
                .deleteElements(anywhere, elements(anywhere, List.of(endpoint)))
                .deleteElements(atAddress, elements(atAddress, List.of(endpoint)));
    }

    /** Removes the table; fails when it is not there. */
    NftBatch remove() {
        return new NftBatch().deleteTable(table);
    }

    /**
     * Packets for 127.0.0.0/8 that come over a wire. The kernel itself drops them, but only after
     * destination NAT (ports published at 127.0.0.1 would be open to the neighbours) and not on the
     * bridge, where route_localnet is on (sandboxes would reach the host's own loopback).
     */
    private void addSpoofing(NftBatch batch) {
        chain(batch, "spoofed", NftHook.Type.FILTER, NftHook.Point.PREROUTING, BEFORE_TRACKING);
        rule(
                batch,
                "spoofed",
                new NftRule()
                        .notInputInterface("lo")
                        .destination(LOOPBACK.network(), LOOPBACK.prefixLength())
                        .drop());
    }

    private void addDestinationNat(NftBatch batch, String chain, NftHook.Point point) {
        chain(batch, chain, NftHook.Type.NAT, point, DESTINATION_NAT);
        rule(batch, chain, new NftRule().localDestination().rewriteDestination(atAddress));
        rule(batch, chain, new NftRule().localDestination().rewriteDestination(anywhere));
    }

    /** Only answers, published ports and, if wanted, neighbours reach a sandbox. */
    private void addForward(NftBatch batch) {
        var bridge = settings.bridge();
        chain(batch, "forward", NftHook.Type.FILTER, NftHook.Point.FORWARD, FILTER);
        var between = new NftRule().inputInterface(bridge).outputInterface(bridge);
        rule(batch, "forward", settings.connected() ? between.accept() : between.drop());
        if (settings.internal()) {
            rule(batch, "forward", new NftRule().inputInterface(bridge).drop());
        } else {
            rule(
                    batch,
                    "forward",
                    new NftRule()
                            .outputInterface(bridge)
                            .state(NftRule.State.ESTABLISHED, NftRule.State.RELATED)
                            .accept());
            rule(
                    batch,
                    "forward",
                    new NftRule().outputInterface(bridge).destinationRewritten().accept());
        }
        rule(batch, "forward", new NftRule().outputInterface(bridge).drop());
    }

    private void addSourceNat(NftBatch batch) {
        var bridge = settings.bridge();
        chain(batch, "postrouting", NftHook.Type.NAT, NftHook.Point.POSTROUTING, SOURCE_NAT);
        // A sandbox could not answer to 127.0.0.1.
        rule(
                batch,
                "postrouting",
                new NftRule()
                        .source(LOOPBACK.network(), LOOPBACK.prefixLength())
                        .outputInterface(bridge)
                        .masquerade());
        // A neighbour would answer past the host, which could not undo the rewriting.
        rule(
                batch,
                "postrouting",
                fromSubnet().outputInterface(bridge).destinationRewritten().masquerade());
        if (settings.masquerade() && !settings.internal()) {
            rule(batch, "postrouting", fromSubnet().notOutputInterface(bridge).masquerade());
        }
    }

    private NftRule fromSubnet() {
        return new NftRule().source(settings.subnet().network(), settings.subnet().prefixLength());
    }

    private void chain(
            NftBatch batch, String name, NftHook.Type type, NftHook.Point point, int priority) {
        batch.addChain(table, name, new NftHook(type, point, priority));
    }

    private void rule(NftBatch batch, String chain, NftRule rule) {
        batch.addRule(table, chain, rule);
    }

    private NftBatch addElements(NftBatch batch, Collection<Endpoint> endpoints) {
        return batch.addElements(anywhere, elements(anywhere, endpoints))
                .addElements(atAddress, elements(atAddress, endpoints));
    }

    private List<NftMap.Element> elements(NftMap map, Collection<Endpoint> endpoints) {
        var elements = new ArrayList<NftMap.Element>();
        for (var endpoint : endpoints) {
            for (var port : endpoint.ports()) {
                if (port.hostAddress() instanceof Inet4Address address
                        && address.isAnyLocalAddress() == map.equals(anywhere)) {
                    elements.add(element(address, port, endpoint.address()));
                }
            }
        }
        return elements;
    }

    private static NftMap.Element element(
            Inet4Address hostAddress, PublishedPort port, Inet4Address sandbox) {
        var key = new ArrayList<byte[]>();
        if (!hostAddress.isAnyLocalAddress()) {
            key.add(hostAddress.getAddress());
        }
        key.add(new byte[] {(byte) port.protocol().number()});
        key.add(number(port.hostPort()));
        return new NftMap.Element(key, List.of(sandbox.getAddress(), number(port.port())));
    }

    private static byte[] number(int port) {
        return ByteBuffer.allocate(2).putShort((short) port).array();
    }
}
