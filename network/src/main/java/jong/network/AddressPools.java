package jong.network;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The address pools from which networks without a subnet get one.
 *
 * @param pools in the order in which they are used
 */
public record AddressPools(List<Pool> pools) {

    /** Those that Docker has unless it is told others. */
    public static final AddressPools DOCKERS =
            new AddressPools(
                    Stream.concat(
                                    IntStream.rangeClosed(17, 31)
                                            .mapToObj(i -> new Pool("172." + i + ".0.0/16", 16)),
                                    Stream.of(new Pool("192.168.0.0/16", 20)))
                            .toList());

    /** Copies the list. */
    public AddressPools {
        pools = List.copyOf(pools);
    }

    /**
     * Addresses that are cut into networks of the same size.
     *
     * @param base all of them
     * @param size the prefix length of each network
     */
    public record Pool(Subnet base, int size) {
        /**
         * Checks that a network of that size fits.
         *
         * @throws IllegalArgumentException in Docker's words when it does not
         */
        public Pool {
            if (size < 1 || size < base.prefixLength() || size > base.family().bits()) {
                throw new IllegalArgumentException("invalid pools size: " + size);
            }
        }

        Pool(String base, int size) {
            this(Subnet.parse(base), size);
        }

        /** The first of its networks that overlaps none of those in use. */
        private Optional<Subnet> firstFree(Collection<Subnet> used) {
            Optional<InetAddress> first = Optional.of(base.network());
            while (first.filter(base::contains).isPresent()) {
                var network = new Subnet(first.get(), size);
                Optional<Subnet> taken =
                        used.stream()
                                .filter(network::overlaps)
                                .min(Comparator.comparingInt(Subnet::prefixLength));
                if (taken.isEmpty()) {
                    return Optional.of(network);
                }
                // A network in use may be as large as many of this pool's.
                boolean larger = taken.get().prefixLength() < size;
                first = (larger ? taken.get() : network).following();
            }
            return Optional.empty();
        }
    }

    /** These and one more, unless there are some of that pool's family. */
    public AddressPools orElse(Pool pool) {
        boolean has = pools.stream().anyMatch(one -> one.base.family() == pool.base.family());
        return has
                ? this
                : new AddressPools(Stream.concat(pools.stream(), Stream.of(pool)).toList());
    }

    /**
     * The first network of a family without an address in common with any network in use.
     *
     * @param used subnets of other networks, and the destinations of the host's routes
     * @throws NetworkException when none is left, in Docker's words
     */
    public Subnet firstFree(Family family, Collection<Subnet> used) throws NetworkException {
        return pools.stream()
                .filter(pool -> pool.base.family() == family)
                .flatMap(pool -> pool.firstFree(used).stream())
                .findFirst()
                .orElseThrow(() ->
                        new NetworkException(
                                "could not find an available, non-overlapping "
                                        + family
                                        + " address pool among the defaults to assign to the"
                                        + " network"));
    }
}
