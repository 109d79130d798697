package jong.network;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftChange;
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
    private final Set<String> bridges = new LinkedHashSet<>(); // Guarded by this.

    /** A chain of others. */
    private record Place(NftTable table, String chain) {}

    ForeignFirewall(NftSocket socket) {
        this.socket = socket;
    }

    /** Puts a bridge's passes before all other rules of those chains that are there. */
    synchronized void open(String bridge) throws ErrnoException {
        bridges.add(bridge);
        pass(bridge);
    }

    /** Puts the passes back where they are missing, and into chains that are new. */
    synchronized void restore() throws ErrnoException {
        for (String bridge : bridges) {
            pass(bridge);
        }
    }

    /** Whether after a change of others passes may be missing. */
    boolean concerns(NftChange change) {
        return PLACES.stream()
                .filter(place -> place.table.equals(change.table()))
                .anyMatch(place ->
                        switch (change.kind()) {
                            case CHAIN -> !change.removed() && place.chain.equals(change.name());
                            case RULE -> change.removed() && place.chain.equals(change.name());
                            case TABLE, MAP, ELEMENT -> false;
                        });
    }

    private void pass(String bridge) throws ErrnoException {
        for (Place place : PLACES) {
            if (!socket.hasChain(place.table, place.chain)
                    || rules(place).stream().anyMatch(rule -> isFor(rule, bridge))) {
                continue;
            }
            var out = new NftRule().inputInterface(bridge).count().accept();
            var in = new NftRule().outputInterface(bridge).count().accept();
            insert(
                    place,
                    new NftBatch()
                            .insertRule(place.table, place.chain, out.comment(comment(bridge)))
                            .insertRule(place.table, place.chain, in.comment(comment(bridge))));
        }
    }

    private void insert(Place place, NftBatch passes) throws ErrnoException {
        try {
            socket.execute(passes);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT || socket.hasChain(place.table, place.chain)) {
                throw e;
            } // The chain has gone since: there is nothing to pass.
        }
    }

    /** Takes a bridge's passes away, where they are. */
    synchronized void close(String bridge) throws ErrnoException {
        bridges.remove(bridge);
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
