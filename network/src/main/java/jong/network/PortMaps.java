package jong.network;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftMap;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftTable;
import jong.linux.nftables.NftType;

/**
 * The published ports of one family, as maps of the packet filter: what comes to a port of the host
 * at one of its addresses, or at any, is rewritten to an endpoint; what comes to an endpoint of a
 * routed network passes if its port is in the set.
 */
final class PortMaps {
    private final Family family;
    private final NftMap anywhere;
    private final NftMap atAddress;
    private final NftMap open;

    PortMaps(NftTable table, Family family) {
        this.family = family;
        var address = family == Family.IPV4 ? NftType.IPV4_ADDRESS : NftType.IPV6_ADDRESS;
        var target = List.of(address, NftType.PORT);
        var place = List.of(address, NftType.PROTOCOL, NftType.PORT);
        var number = family == Family.IPV4 ? "4" : "6";
        anywhere =
                new NftMap(
                        table, "ports" + number, List.of(NftType.PROTOCOL, NftType.PORT), target);
        atAddress = new NftMap(table, "ports" + number + "_at_address", place, target);
        open = new NftMap(table, "open" + number, place, List.of());
    }

    /** Whether one of the maps is called so. */
    boolean has(String map) {
        return List.of(anywhere, atAddress, open).stream().anyMatch(own -> own.name().equals(map));
    }

    /** What a rule for this family begins with. */
    NftRule rule() {
        return new NftRule()
                .family(family == Family.IPV4 ? NftTable.Family.IP : NftTable.Family.IP6);
    }

    /** A rule that passes what comes to open ports, which are reached at sandboxes' addresses. */
    NftRule acceptOpen() {
        return rule().destinationIn(open).accept();
    }

    /** The same for what comes by one interface. */
    NftRule acceptOpenFrom(String link) {
        return rule().inputInterface(link).destinationIn(open).accept();
    }

    /** Whether ports of a network are open: routed ones are, and those of trusted interfaces. */
    private boolean hasOpen(BridgeSettings settings) {
        return !settings.policy().mode(family).isNat() || !settings.host().trusted().isEmpty();
    }

    /** Makes the maps. */
    void make(NftBatch batch) {
        batch.addMap(anywhere).addMap(atAddress).addMap(open);
    }

    /** Adds the rules that rewrite destinations: ports at one address come first. */
    void rewrite(NftBatch batch, String chain) {
        for (NftMap map : List.of(atAddress, anywhere)) {
            batch.addRule(map.table(), chain, rule().localDestination().rewriteDestination(map));
        }
    }

    /** Puts in what endpoints of a network have. */
    void publish(NftBatch batch, BridgeSettings settings, Collection<Endpoint> endpoints) {
        change(batch, settings, List.of(), endpoints);
    }

    /**
     * Takes out what endpoints had and have no longer, and puts in what they have new.
     *
     * @param before with all that is in the maps, or the kernel refuses
     */
    void change(
            NftBatch batch,
            BridgeSettings settings,
            Collection<Endpoint> before,
            Collection<Endpoint> after) {
        for (NftMap map : List.of(anywhere, atAddress, open)) {
            var old = elements(map, settings, before);
            var wanted = elements(map, settings, after);
            batch.deleteElements(map, without(old, wanted));
            batch.addElements(map, without(wanted, old));
        }
    }

    private static List<NftMap.Element> without(
            Map<List<ByteBuffer>, NftMap.Element> some, Map<List<ByteBuffer>, NftMap.Element> not) {
        return some.entrySet().stream()
                .filter(entry -> !not.containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** By their keys: a routed port that is published twice is open once. */
    private Map<List<ByteBuffer>, NftMap.Element> elements(
            NftMap map, BridgeSettings settings, Collection<Endpoint> endpoints) {
        boolean wanted =
                map.equals(open) ? hasOpen(settings) : settings.policy().mode(family).isNat();
        var elements = new ArrayList<NftMap.Element>();
        for (var endpoint : endpoints) {
            var own = endpoint.address(family);
            if (own.isPresent() && wanted) {
                for (var port : endpoint.ports()) {
                    if (Family.of(port.hostAddress()) == family) {
                        add(elements, map, port, own.get().address());
                    }
                }
            }
        }
        var byKey = new LinkedHashMap<List<ByteBuffer>, NftMap.Element>();
        for (var element : elements) {
            byKey.put(element.key().stream().map(ByteBuffer::wrap).toList(), element);
        }
        return byKey;
    }

    private void add(
            List<NftMap.Element> elements, NftMap map, PublishedPort port, InetAddress sandbox) {
        byte[] protocol = {(byte) port.protocol().number()};
        byte[] inside = number(port.port());
        boolean any = port.hostAddress().isAnyLocalAddress();
        if (map.equals(open)) {
            elements.add(
                    new NftMap.Element(List.of(sandbox.getAddress(), protocol, inside), List.of()));
        } else if (any == map.equals(anywhere)) {
            var key = new ArrayList<byte[]>();
            if (!any) {
                key.add(port.hostAddress().getAddress());
            }
            key.add(protocol);
            key.add(number(port.hostPort()));
            elements.add(new NftMap.Element(key, List.of(sandbox.getAddress(), inside)));
        }
    }

    private static byte[] number(int port) {
        return ByteBuffer.allocate(2).putShort((short) port).array();
    }
}
