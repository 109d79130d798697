package jong.network;

import jong.linux.ErrnoException;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftSocket;
import jong.linux.nftables.NftTable;

/**
 * Passes for a bridge in the forward chain that the iptables command (and so Docker, which sets its
 * policy to drop) works on. A chain of another table can only drop what such a chain lets through,
 * not let through what it drops; so what is to be forwarded needs a word in there. What may reach a
 * sandbox is still decided by {@link BridgeRules}.
 *
 * <p>Rules are of the kind that iptables itself writes, so that it can go on listing the chain.
 */
final class ForeignFirewall {
    private static final NftTable TABLE = new NftTable(NftTable.Family.IP, "filter");
    private static final String CHAIN = "FORWARD";

    private final NftSocket socket;
    private final String bridge;

    ForeignFirewall(NftSocket socket, String bridge) {
        this.socket = socket;
        this.bridge = bridge;
    }

    /** Puts the passes before all other rules, if there is such a chain and they are not in it. */
    void open() throws ErrnoException {
        if (!socket.hasChain(TABLE, CHAIN)
                || socket.rules(TABLE, CHAIN).stream().anyMatch(this::isOurs)) {
            return;
        }
        var out = new NftRule().inputInterface(bridge).count().accept().comment(comment());
        var in = new NftRule().outputInterface(bridge).count().accept().comment(comment());
        socket.execute(new NftBatch().insertRule(TABLE, CHAIN, out).insertRule(TABLE, CHAIN, in));
    }

    /** Takes them away, if they are there. */
    void close() throws ErrnoException {
        if (!socket.hasChain(TABLE, CHAIN)) {
            return;
        }
        var batch = new NftBatch();
        socket.rules(TABLE, CHAIN).stream()
                .filter(this::isOurs)
                .forEach(rule -> batch.deleteRule(TABLE, CHAIN, rule.handle()));
        socket.execute(batch);
    }

    private boolean isOurs(NftSocket.FoundRule rule) {
        return rule.comment().equals(comment());
    }

    private String comment() {
        return "jong " + bridge;
    }
}
