package jong.network;

import java.util.List;
import jong.linux.ErrnoException;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftSocket;
import jong.linux.nftables.NftTable;

/**
 * Passes for bridges in the forward chains of others: those that the iptables commands (and so
 * Docker, which sets their policy to drop) work on, and firewalld's. A chain of another table can
 * only drop what such a chain lets through, not let through what it drops; so what is to be
 * forwarded needs a word in there. What may reach a sandbox is still decided by {@link Firewall}.
 *
 * <p>Rules are of the kind that iptables itself writes, so that it can go on listing the chain.
 */
final class ForeignFirewall {
    private static final List<Place> PLACES =
            List.of(
                    new Place(new NftTable(NftTable.Family.IP, "filter"), "FORWARD"),
                    new Place(new NftTable(NftTable.Family.IP6, "filter"), "FORWARD"),
                    new Place(new NftTable(NftTable.Family.INET, "firewalld"), "filter_FORWARD"));

    private final NftSocket socket;

    /** A chain of others. */
    private record Place(NftTable table, String chain) {}

    ForeignFirewall(NftSocket socket) {
        this.socket = socket;
    }

    /** Puts a bridge's passes before all other rules of those chains that are there. */
    void open(String bridge) throws ErrnoException {
        for (Place place : PLACES) {
            if (!socket.hasChain(place.table, place.chain)
                    || rules(place).stream().anyMatch(rule -> isFor(rule, bridge))) {
                continue;
            }
            var out = new NftRule().inputInterface(bridge).count().accept();
            var in = new NftRule().outputInterface(bridge).count().accept();
            socket.execute(
                    new NftBatch()
                            .insertRule(place.table, place.chain, out.comment(comment(bridge)))
                            .insertRule(place.table, place.chain, in.comment(comment(bridge))));
        }
    }

    /** Takes a bridge's passes away, where they are. */
    void close(String bridge) throws ErrnoException {
        for (Place place : PLACES) {
            if (socket.hasChain(place.table, place.chain)) {
                var batch = new NftBatch();
                rules(place).stream()
                        .filter(rule -> isFor(rule, bridge))
                        .forEach(rule -> batch.deleteRule(place.table, place.chain, rule.handle()));
                socket.execute(batch);
            }
        }
    }

    private List<NftSocket.FoundRule> rules(Place place) throws ErrnoException {
        return socket.rules(place.table, place.chain);
    }

    private static boolean isFor(NftSocket.FoundRule rule, String bridge) {
        return rule.comment().equals(comment(bridge));
    }

    private static String comment(String bridge) {
        return "jong " + bridge;
    }
}
