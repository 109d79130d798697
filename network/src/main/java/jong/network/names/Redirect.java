package jong.network.names;

import java.net.Inet4Address;
import jong.linux.ErrnoException;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftHook;
import jong.linux.nftables.NftRule;
import jong.linux.nftables.NftSocket;
import jong.linux.nftables.NftTable;

/**
 * Leads packets for port 53 of the name server's address to the ports that it has. It does not bind
 * port 53 itself, as the sandbox's own programs may want it on all addresses.
 *
 * <p>The ports are written into each packet, there and back. Unlike NAT this needs no connection
 * tracking in the sandbox, which costs memory and time for every query.
 */
final class Redirect {
    private static final NftTable TABLE = new NftTable(NftTable.Family.IP, "jong_names");
    private static final String CHAIN = "output";
    private static final int BEFORE_NAT = -150;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ADDRESS_BITS = 32;

    private Redirect() {}

    /** Sets it up in the namespace of this thread, in place of one that is there. */
    static void make(Inet4Address server, int udpPort, int tcpPort) throws ErrnoException {
        try (var socket = new NftSocket()) {
            var batch = new NftBatch();
            if (socket.hasChain(TABLE, CHAIN)) {
                batch.replaceTable(TABLE); // Only then: closing the socket takes 10 ms after it.
            } else {
                batch.addTable(TABLE);
            }
            batch.addChain(
                    TABLE,
                    CHAIN,
                    new NftHook(NftHook.Type.FILTER, NftHook.Point.OUTPUT, BEFORE_NAT));
            batch.addRule(TABLE, CHAIN, there(server, UDP, udpPort));
            batch.addRule(TABLE, CHAIN, there(server, TCP, tcpPort));
            batch.addRule(TABLE, CHAIN, back(server, UDP, udpPort));
            batch.addRule(TABLE, CHAIN, back(server, TCP, tcpPort));
            socket.execute(batch);
        }
    }

    private static NftRule there(Inet4Address server, int protocol, int port) {
        return new NftRule()
                .destination(server, ADDRESS_BITS)
                .protocol(protocol)
                .destinationPort(Upstream.PORT)
                .writeDestinationPort(protocol, port);
    }

    private static NftRule back(Inet4Address server, int protocol, int port) {
        return new NftRule()
                .source(server, ADDRESS_BITS)
                .protocol(protocol)
                .sourcePort(port)
                .writeSourcePort(protocol, Upstream.PORT);
    }
}
