package jong.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressAllocatorTest {
    private final Subnet subnet = Subnet.parse("10.1.2.0/29");
    private final AddressAllocator allocator = new AddressAllocator(List.of(IpamPool.of(subnet)));

    @Test
    void theLowestFreeAddressIsNext() throws Exception {
        assertThat(allocator.next(Family.IPV4)).isEqualTo(subnet.at(2));
        assertThat(allocator.next(Family.IPV4)).isEqualTo(subnet.at(3));
        allocator.free(List.of(new Endpoint.Address(subnet.at(2), 29, Optional.empty())));
        assertThat(allocator.next(Family.IPV4)).isEqualTo(subnet.at(2));
    }

    @Test
    void onlyTheRangeIsHandedOutButAllOfTheSubnetCanBeAskedFor() throws Exception {
        var narrow =
                new AddressAllocator(
                        List.of(IpamPool.of(subnet).within(Subnet.parse("10.1.2.4/31"))));
        narrow.take(subnet.at(2));
        assertThat(narrow.next(Family.IPV4)).isEqualTo(subnet.at(4));
        assertThat(narrow.next(Family.IPV4)).isEqualTo(subnet.at(5));
        assertThatThrownBy(() -> narrow.next(Family.IPV4))
                .hasMessage("no available IPv4 addresses on this network's address pools");
    }

    @Test
    void networkBroadcastAndGatewayAreNeverHandedOut() throws Exception {
        for (int offset = 2; offset <= 6; offset++) {
            assertThat(allocator.next(Family.IPV4)).isEqualTo(subnet.at(offset));
        }
        assertThatThrownBy(() -> allocator.next(Family.IPV4))
                .hasMessage("no available IPv4 addresses on this network's address pools");
    }

    @Test
    void aTakenAddressIsSkippedAndCannotBeTakenTwice() throws Exception {
        allocator.take(subnet.at(2));
        assertThat(allocator.next(Family.IPV4)).isEqualTo(subnet.at(3));
        assertThatThrownBy(() -> allocator.take(subnet.at(2))).hasMessage("Address already in use");
        assertThatThrownBy(() -> allocator.take(Subnet.parseAddress("10.1.3.1")))
                .hasMessage("no configured subnet contains IP address 10.1.3.1");
    }

    @Test
    void bothFamiliesAreReservedTogetherOrNot() throws Exception {
        var both =
                new AddressAllocator(
                        List.of(IpamPool.of(subnet), IpamPool.of(Subnet.parse("fd00:7::/126"))));
        assertThat(both.reserve(List.of(), _ -> true)).hasToString("[10.1.2.2/29, fd00:7::2/126]");
        var wanted = List.of(Subnet.parseAddress("fd00:7::2"));
        assertThatThrownBy(() -> both.reserve(wanted, _ -> true))
                .hasMessage("Address already in use");
        assertThat(both.reserve(List.of(), _ -> false))
                .hasToString("[10.1.2.3/29, fd00:7::3/126]")
                .allMatch(own -> own.gateway().isEmpty());
        assertThatThrownBy(() -> both.reserve(List.of(), _ -> true))
                .hasMessage("no available IPv6 addresses on this network's address pools");
        assertThat(both.next(Family.IPV4)).isEqualTo(subnet.at(4));
    }

    @Test
    void addressesOfOthersAreNeverHandedOut() throws Exception {
        var pool =
                new IpamPool(subnet, subnet, Optional.empty(), List.of(subnet.at(1), subnet.at(3)));
        var one = new AddressAllocator(List.of(pool));
        assertThat(one.next(Family.IPV4)).isEqualTo(subnet.at(2));
        assertThat(one.next(Family.IPV4)).isEqualTo(subnet.at(4));
    }
}
