package jong.network;

import static jong.network.TestHost.IPV4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import jong.network.InterfaceSettings.Sysctl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceSettingsTest {

    @Test
    @Tag("root")
    void anInterfaceHasWhatIsSaid() throws Exception {
        var settings =
                new InterfaceSettings(
                        List.of(Subnet.parseAddress("169.254.9.9"), Subnet.parseAddress("fe80::9")),
                        List.of(
                                Sysctl.parse("net.ipv4.conf.IFNAME.log_martians=1"),
                                Sysctl.parse("net.ipv4.neigh.ifname.mcast_solicit=5")));
        try (var host = new TestHost(IPV4)) {
            host.connect(TestHost.request("one").with(settings));
            assertThat(host.in("one", "ip address show eth0"))
                    .contains("10.77.0.2/24", "169.254.9.9/16", "fe80::9/64");
            assertThat(host.in("one", "cat /proc/sys/net/ipv4/conf/eth0/log_martians"))
                    .isEqualTo("1\n");
            assertThat(host.in("one", "cat /proc/sys/net/ipv4/neigh/eth0/mcast_solicit"))
                    .isEqualTo("5\n");
            assertThat(host.in("two", "cat /proc/sys/net/ipv4/conf/default/log_martians"))
                    .isEqualTo("0\n");
        }
    }

    @Test
    @Tag("root")
    void aSysctlThatThereIsNotIsTold() throws Exception {
        var settings =
                new InterfaceSettings(
                        List.of(), List.of(Sysctl.parse("net.ipv4.conf.IFNAME.nothing=1")));
        try (var host = new TestHost(IPV4)) {
            assertThatThrownBy(() -> host.connect(TestHost.request("one").with(settings)))
                    .hasMessageEndingWith(
                            "/proc/sys/net/ipv4/conf/eth0/nothing is not a sysctl file");
            assertThat(host.in("one", "ip -br link")).doesNotContain("eth0");
        }
    }

    @Test
    void sysctlsAreReadFromTheirOption() {
        var text = "net.ipv4.conf.IFNAME.log_martians=1,net.mpls.conf.ifname.input=0";
        assertThat(InterfaceSettings.sysctls(Map.of(InterfaceSettings.SYSCTLS, text)))
                .containsExactly(
                        new Sysctl("ipv4/conf", "log_martians", "1"),
                        new Sysctl("mpls/conf", "input", "0"));
        assertThat(InterfaceSettings.sysctls(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "net.ipv4.conf.eth0.log_martians=1",
                "net.ipv4.ip_forward=1",
                "net.core.conf.IFNAME.x=1",
                "kernel.ipv4.conf.IFNAME.x=1",
                "net.ipv4.conf.IFNAME.log_martians",
                "net.ipv4.conf.IFNAME.../../ip_forward=1",
                "net.ipv4.conf/all.IFNAME.x=1"
            })
    void onlySysctlsOfTheInterfaceAreTaken(String text) {
        assertThatThrownBy(() -> Sysctl.parse(text))
                .hasMessage(
                        "unrecognised network interface sysctl '"
                                + text
                                + "'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X'"
                                + " must be 'ipv4', 'ipv6' or 'mpls'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", "lo", "with space", "sixteencharacter", "a:b", "ä"})
    void namesThatTheKernelDoesNotTakeAreRefused(String name) {
        assertThatThrownBy(() -> InterfaceSettings.name(Map.of(InterfaceSettings.NAME, name)))
                .hasMessage("invalid interface name \"" + name + "\"");
    }

    @Test
    void onlyLinkLocalAddressesAreTaken() {
        var address = List.of(Subnet.parseAddress("10.1.2.3"));
        assertThatThrownBy(() -> new InterfaceSettings(address, List.of()))
                .hasMessage("invalid link local IP address: 10.1.2.3");
    }
}
