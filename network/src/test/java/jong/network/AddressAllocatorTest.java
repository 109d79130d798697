package jong.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressAllocatorTest {
    private final Subnet subnet = Subnet.parse("10.1.2.0/29");
    private final AddressAllocator allocator =
            new AddressAllocator(BridgeSettings.of("br0", subnet));

    @Test
    void theLowestFreeAddressIsNext() throws Exception {
        assertThat(allocator.next()).isEqualTo(subnet.at(2));
        assertThat(allocator.next()).isEqualTo(subnet.at(3));
        allocator.free(subnet.at(2));
        assertThat(allocator.next()).isEqualTo(subnet.at(2));
    }

    @Test
    void onlyTheRangeIsHandedOutButAllOfTheSubnetCanBeAskedFor() throws Exception {
        var narrow =
                new AddressAllocator(
                        BridgeSettings.of("br0", subnet).within(Subnet.parse("10.1.2.4/31")));
        narrow.take(subnet.at(2));
        assertThat(narrow.next()).isEqualTo(subnet.at(4));
        assertThat(narrow.next()).isEqualTo(subnet.at(5));
        assertThatThrownBy(narrow::next)
                .hasMessage("no available IPv4 addresses on this network's address pools");
    }

    @Test
    void networkBroadcastAndGatewayAreNeverHandedOut() throws Exception {
        for (int offset = 2; offset <= 6; offset++) {
            assertThat(allocator.next()).isEqualTo(subnet.at(offset));
        }
        assertThatThrownBy(allocator::next)
                .hasMessage("no available IPv4 addresses on this network's address pools");
    }

    @Test
    void aTakenAddressIsSkippedAndCannotBeTakenTwice() throws Exception {
        allocator.take(subnet.at(2));
        assertThat(allocator.next()).isEqualTo(subnet.at(3));
        assertThatThrownBy(() -> allocator.take(subnet.at(2))).hasMessage("Address already in use");
        assertThatThrownBy(() -> allocator.take(Subnet.parseAddress("10.1.3.1")))
                .hasMessage("no configured subnet contains IP address 10.1.3.1");
    }
}
