package jong.engine.networks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import jong.network.AddressPools;
import jong.network.Subnet;

/**
 * The pool of IPv6 networks for an engine that was given none: unique local addresses (RFC 4193),
 * of which each engine has a prefix of its own, cut into networks of 64 bits as in dockerd.
 */
final class LocalPool {

    private static final int GLOBAL_ID_BYTES = 5;
    private static final int PREFIX_BITS = 48;
    private static final int NETWORK_BITS = 64;

    private LocalPool() {}

    static AddressPools.Pool of(String engineId) {
        byte[] digest = Digests.of(engineId);
        var address = new byte[16];
        address[0] = (byte) 0xfd;
        System.arraycopy(digest, 0, address, 1, GLOBAL_ID_BYTES);
        try {
            var base = new Subnet(InetAddress.getByAddress(address), PREFIX_BITS);
            return new AddressPools.Pool(base, NETWORK_BITS);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
