package jong.network;

import java.util.Collection;
import java.util.List;
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
            if (size < 1 || size < base.prefixLength() || size > 32) {
                throw new IllegalArgumentException("invalid pools size: " + size);
            }
        }

        Pool(String base, int size) {
            this(Subnet.parse(base), size);
        }

        private Stream<Subnet> networks() {
            int count = 1 << Math.min(30, size - base.prefixLength());
            return IntStream.range(0, count)
                    .mapToObj(i -> new Subnet(base.at(i << (32 - size)), size));
        }
    }

    /**
     * The first network without an address in common with any network in use.
     *
     * @param used subnets of other networks, and the destinations of the host's routes
     * @throws NetworkException when none is left, in Docker's words
     */
    public Subnet firstFree(Collection<Subnet> used) throws NetworkException {
        return pools.stream()
                .flatMap(Pool::networks)
                .filter(network -> used.stream().noneMatch(network::overlaps))
                .findFirst()
                .orElseThrow(() ->
                        new NetworkException(
                                "could not find an available, non-overlapping IPv4 address"
                                        + " pool among the defaults to assign to the"
                                        + " network"));
    }
}
