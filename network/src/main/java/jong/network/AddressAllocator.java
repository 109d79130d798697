package jong.network;

import java.net.Inet4Address;
import java.util.BitSet;

/**
 * Hands out addresses of a network's range, the lowest free one first, as Docker does. Keeps
 * nothing: what is in use at the start is {@linkplain #take taken} again by its owners. For any
 * thread.
 */
final class AddressAllocator {
    private final Subnet subnet;
    private final Subnet range;
    private final BitSet used = new BitSet(); // Guarded by this; by offset in the subnet.

    /** Network address, broadcast address and gateway are never handed out. */
    AddressAllocator(BridgeSettings settings) {
        subnet = settings.subnet();
        range = settings.range();
        if (subnet.prefixLength() < 31) {
            used.set(0);
            used.set(subnet.size() - 1);
        }
        used.set(subnet.offset(settings.gateway()));
    }

    /** The lowest free address; NetworkException when all are in use, in Docker's words. */
    synchronized Inet4Address next() throws NetworkException {
        int offset = used.nextClearBit(subnet.offset(range.network()));
        if (offset >= subnet.size() || !range.contains(subnet.at(offset))) {
            throw new NetworkException(
                    "no available IPv4 addresses on this network's address pools");
        }
        used.set(offset);
        return subnet.at(offset);
    }

    /** Takes a certain address; NetworkException when it is in use or not of the subnet. */
    synchronized void take(Inet4Address address) throws NetworkException {
        if (!subnet.contains(address)) {
            throw new NetworkException(
                    "no configured subnet contains IP address " + address.getHostAddress());
        }
        int offset = subnet.offset(address);
        if (used.get(offset)) {
            throw new NetworkException("Address already in use");
        }
        used.set(offset);
    }

    /** Gives an address back. */
    synchronized void free(Inet4Address address) {
        used.clear(subnet.offset(address));
    }
}
