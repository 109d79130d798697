package jong.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Hands out addresses of a network's pools, the lowest free one first, as Docker does. Keeps
 * nothing: what is in use at the start is {@linkplain #take taken} again by its owners. For any
 * thread.
 */
final class AddressAllocator {
    private final List<Pool> pools = new ArrayList<>();

    AddressAllocator(List<IpamPool> pools) {
        pools.forEach(pool -> this.pools.add(new Pool(pool)));
    }

    /** Whether the network has addresses of a family. */
    boolean has(Family family) {
        return pools.stream().anyMatch(pool -> pool.pool.family() == family);
    }

    /** The lowest free address; NetworkException when all are in use, in Docker's words. */
    synchronized InetAddress next(Family family) throws NetworkException {
        for (Pool pool : pools) {
            if (pool.pool.family() == family) {
                InetAddress address = pool.next();
                if (address != null) {
                    return address;
                }
            }
        }
        throw new NetworkException(
                "no available " + family + " addresses on this network's address pools");
    }

    /** Takes a certain address; NetworkException when it is in use or of no subnet. */
    synchronized void take(InetAddress address) throws NetworkException {
        if (!pool(address).used.add(address)) {
            throw new AddressInUseException();
        }
    }

    /** Gives addresses back. */
    synchronized void free(List<Endpoint.Address> addresses) {
        for (var own : addresses) {
            pools.forEach(pool -> pool.free(own.address()));
        }
    }

    /**
     * Takes the wanted addresses, and the next free one of each family that the network has and
     * none was wanted of; all or none.
     *
     * @param leading whether the pool's gateway of a family leads outside
     */
    synchronized List<Endpoint.Address> reserve(List<InetAddress> wanted, Predicate<Family> leading)
            throws NetworkException {
        var taken = new ArrayList<Endpoint.Address>();
        try {
            for (Family family : Family.values()) {
                Optional<InetAddress> own =
                        wanted.stream().filter(one -> Family.of(one) == family).findFirst();
                if (own.isPresent()) {
                    take(own.get());
                    taken.add(described(own.get(), leading));
                } else if (has(family)) {
                    taken.add(described(next(family), leading));
                }
            }
            return taken;
        } catch (NetworkException e) {
            free(taken);
            throw e;
        }
    }

    private Endpoint.Address described(InetAddress address, Predicate<Family> leading)
            throws NetworkException {
        IpamPool pool = pool(address).pool;
        return new Endpoint.Address(
                address,
                pool.subnet().prefixLength(),
                pool.gateway().filter(_ -> leading.test(pool.family())));
    }

    private Pool pool(InetAddress address) throws NetworkException {
        return pools.stream()
                .filter(pool -> pool.pool.subnet().contains(address))
                .findFirst()
                .orElseThrow(() ->
                        new NetworkException(
                                "no configured subnet contains IP address "
                                        + Subnet.text(address)));
    }

    /** One pool's addresses. */
    private static final class Pool {
        private final IpamPool pool;
        private final Set<InetAddress> used = new HashSet<>();

        /** All addresses of the range before this one are in use. */
        private long candidate;

        /** Network address, broadcast address, gateway and others' are never handed out. */
        Pool(IpamPool pool) {
            this.pool = pool;
            Subnet subnet = pool.subnet();
            if (subnet.size() > 2) {
                used.add(subnet.network());
                if (subnet.family() == Family.IPV4) {
                    used.add(subnet.last());
                }
            }
            pool.gateway().ifPresent(used::add);
            used.addAll(pool.reserved());
        }

        @org.jspecify.annotations.Nullable
        InetAddress next() {
            while (candidate < pool.range().size()) {
                InetAddress address = pool.range().at(candidate++);
                if (used.add(address)) {
                    return address;
                }
            }
            return null;
        }

        void free(InetAddress address) {
            if (used.remove(address) && pool.range().contains(address)) {
                candidate = Math.min(candidate, pool.range().offset(address));
            }
        }
    }
}
