package jong.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @Test
    void hostBitsAreCleared() {
        assertThat(Subnet.parse("172.17.3.4/16")).hasToString("172.17.0.0/16");
        assertThat(Subnet.parse("1.2.3.4/0")).hasToString("0.0.0.0/0");
    }

    @Test
    void overlapIsFoundWhicheverIsLarger() {
        var large = Subnet.parse("10.0.0.0/8");
        var small = Subnet.parse("10.9.0.0/24");
        assertThat(large.overlaps(small)).isTrue();
        assertThat(small.overlaps(large)).isTrue();
        assertThat(small.overlaps(Subnet.parse("10.9.1.0/24"))).isFalse();
    }

    @Test
    void addressesAreCountedFromTheFirst() {
        var subnet = Subnet.parse("192.168.255.0/24");
        assertThat(subnet.at(7).getHostAddress()).isEqualTo("192.168.255.7");
        assertThat(subnet.offset(subnet.at(7))).isEqualTo(7);
        assertThat(subnet.size()).isEqualTo(256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "a/8", "10.0.0.256/8", "/8"})
    void whatIsNotASubnetIsRefusedInDockersWords(String text) {
        assertThatThrownBy(() -> Subnet.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid");
    }

    @Test
    void poolsAreCutIntoNetworksOfTheirSize() throws Exception {
        var pools =
                new AddressPools(
                        java.util.List.of(
                                new AddressPools.Pool(Subnet.parse("10.9.0.0/30"), 31),
                                new AddressPools.Pool(Subnet.parse("10.10.0.0/16"), 24)));
        var used = new java.util.ArrayList<Subnet>();
        for (String expected : new String[] {"10.9.0.0/31", "10.9.0.2/31", "10.10.0.0/24"}) {
            used.add(pools.firstFree(Family.IPV4, used));
            assertThat(used.getLast()).hasToString(expected);
        }
        assertThatThrownBy(() -> new AddressPools.Pool(Subnet.parse("10.0.0.0/16"), 8))
                .hasMessage("invalid pools size: 8");
    }

    @Test
    void theFirstPoolThatOverlapsNothingIsTaken() throws Exception {
        var used = java.util.List.of(Subnet.parse("172.17.0.0/16"), Subnet.parse("172.18.5.0/24"));
        assertThat(AddressPools.DOCKERS.firstFree(Family.IPV4, used)).hasToString("172.19.0.0/16");
        assertThat(
                        AddressPools.DOCKERS.firstFree(
                                Family.IPV4, java.util.List.of(Subnet.parse("172.16.0.0/12"))))
                .hasToString("192.168.0.0/20");
        assertThatThrownBy(() ->
                        AddressPools.DOCKERS.firstFree(
                                Family.IPV4, java.util.List.of(Subnet.parse("0.0.0.0/0"))))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("could not find an available, non-overlapping IPv4");
    }

    @Test
    void ipv6NetworksAreCountedAsWell() {
        var subnet = Subnet.parse("fd00:0:0:ff::7/64");
        assertThat(subnet).hasToString("fd00:0:0:ff::/64");
        assertThat(subnet.family()).isEqualTo(Family.IPV6);
        assertThat(Subnet.text(subnet.at(0x12345))).isEqualTo("fd00::ff:0:0:1:2345");
        assertThat(Subnet.text(subnet.last())).isEqualTo("fd00::ff:ffff:ffff:ffff:ffff");
        assertThat(subnet.size()).isEqualTo(Long.MAX_VALUE);
        assertThat(subnet.offset(subnet.at(300))).isEqualTo(300);
        assertThat(subnet.contains(Subnet.parseAddress("10.0.0.1"))).isFalse();
        assertThat(Subnet.parse("::/0").overlaps(Subnet.parse("0.0.0.0/0"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fd00::/129", "fd00::%eth0/64", "::ffff:10.0.0.1/64", "fd00:/8", "g::/8"})
    void whatIsNotAnIpv6SubnetIsRefused(String text) {
        assertThatThrownBy(() -> Subnet.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid");
    }

    /** The examples of RFC 5952, sections 4 and 5. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "::, ::",
        "::1, ::1",
        "fd00::, fd00::",
    })
    void addressesAreWrittenAsRfc5952Says(String text, String canonical) {
        assertThat(Subnet.text(Subnet.parseAddress(text))).isEqualTo(canonical);
    }

    @Test
    void poolsOfIpv6AreSearchedPastLargeNetworksInUse() throws Exception {
        var pools = AddressPools.DOCKERS.orElse(new AddressPools.Pool("fd00:1::/48", 64));
        assertThat(pools.firstFree(Family.IPV6, java.util.List.of())).hasToString("fd00:1::/64");
        assertThat(pools.firstFree(Family.IPV6, java.util.List.of(Subnet.parse("fd00:1::/49"))))
                .hasToString("fd00:1:0:8000::/64");
        assertThatThrownBy(() ->
                        pools.firstFree(Family.IPV6, java.util.List.of(Subnet.parse("fd00::/8"))))
                .hasMessageContaining("non-overlapping IPv6");
    }
}
