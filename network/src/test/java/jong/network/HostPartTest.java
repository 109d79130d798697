package jong.network;

import static jong.network.TestHost.HOST;
import static jong.network.TestHost.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jong.network.BridgeSettings.HostPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the host is to a network where it is not as usual. */
@Tag("root")
class HostPartTest {
    private TestHost host;

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @Test
    void connectionsToTheOutsideGetTheAddressThatIsSaid() throws Exception {
        var source = Subnet.parseAddress("192.0.2.7");
        open(new HostPart(true, List.of(), List.of(source)));
        host.in("host", "ip address add 192.0.2.7/24 dev wire");
        host.connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        host.connect("two");
        host.serveAddress("far", 90);
        host.serveAddress("one", 80);
        assertThat(host.get("one", "192.0.2.2 90")).isEqualTo("192.0.2.7");
        assertThat(host.get("two", HOST + " 8080")).isEqualTo("10.77.0.1");
    }

    @Test
    void aBridgeWithoutIpv4LeavesTheGatewayToAnother() throws Exception {
        open(new HostPart(false, List.of(), List.of()));
        host.connect("one");
        assertThat(host.in("host", "ip -4 address show br0")).doesNotContain("inet ");
        assertThat(host.in("one", "ip route")).contains("default via 10.77.0.1 dev eth0");
    }

    @Test
    void trustedInterfacesReachPublishedPortsAtTheSandboxesAddresses() throws Exception {
        open(new HostPart(true, List.of("wire"), List.of()));
        host.connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        host.serve("one", 80);
        host.serve("one", 81);
        assertThat(host.get("far", "10.77.0.2 80")).isEqualTo("page");
        assertThat(host.get("far", "10.77.0.2 81")).isEqualTo("unreachable");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
    }

    @Test
    void otherInterfacesAreNotTrusted() throws Exception {
        open(new HostPart(true, List.of("other"), List.of()));
        host.connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        host.serve("one", 80);
        assertThat(host.get("far", "10.77.0.2 80")).isEqualTo("unreachable");
    }

    private void open(HostPart part) throws Exception {
        host = new TestHost(IPV4.with(part));
    }
}
