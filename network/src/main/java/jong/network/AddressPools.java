package jong.network;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Docker's default address pools, from which networks without a subnet get one. */
public final class AddressPools {
    private static final List<Subnet> DEFAULTS =
            Stream.concat(
                            IntStream.rangeClosed(17, 31)
                                    .mapToObj(i -> Subnet.parse("172." + i + ".0.0/16")),
                            IntStream.range(0, 16)
                                    .mapToObj(i -> Subnet.parse("192.168." + 16 * i + ".0/20")))
                    .toList();

    private AddressPools() {}

    /**
     * The first pool without an address in common with any network in use.
     *
     * @param used subnets of other networks, and the destinations of the host's routes
     * @throws NetworkException when none is left, in Docker's words
     */
    public static Subnet firstFree(Collection<Subnet> used) throws NetworkException {
        return DEFAULTS.stream()
                .filter(pool -> used.stream().noneMatch(pool::overlaps))
                .findFirst()
                .orElseThrow(() ->
                        new NetworkException(
                                "could not find an available, non-overlapping IPv4 address"
                                        + " pool among the defaults to assign to the"
                                        + " network"));
    }
}
