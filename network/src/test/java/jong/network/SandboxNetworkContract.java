package jong.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.netlink.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every network of sandboxes does, in a host of its own with a neighbour on its wire. */
@Tag("root")
abstract class SandboxNetworkContract {
    static final List<IpamPool> POOLS =
            List.of(
                    IpamPool.of(Subnet.parse("10.78.0.0/24")),
                    IpamPool.of(Subnet.parse("fd00:78::/64")));

    private static final Set<Family> BOTH = EnumSet.allOf(Family.class);
    private static final List<String> NAMESPACES = List.of("host", "far", "one", "two");

    private final String prefix = "jongc" + ProcessHandle.current().pid();
    private NetworkNamespace host;
    private String linksBefore;
    private Networks networks;
    private SandboxNetwork network;

    /** Opens the network, in the host whose wire is the interface {@code wire}. */
    abstract SandboxNetwork open(Networks networks, List<Endpoint> attached) throws IOException;

    /** Whether an endpoint's way out is a gateway. */
    boolean hasGateway() {
        return true;
    }

    @BeforeEach
    void makeHost() throws Exception {
        for (var name : NAMESPACES) {
            run("ip", "netns", "add", prefix + name);
            run("ip", "-n", prefix + name, "link", "set", "lo", "up");
        }
        run(
                ("ip -n %shost link add wire type veth peer name wire netns %sfar")
                        .formatted(prefix, prefix)
                        .split(" "));
        for (var end : List.of("host", "far")) {
            run("ip", "-n", prefix + end, "link", "set", "wire", "up");
        }
        linksBefore = links();
        host = NetworkNamespace.open(path("host"));
        host.call(() -> {
            networks = new Networks("jong_test");
            network = open(networks, List.of());
            return network;
        });
    }

    @AfterEach
    void deleteAll() throws Exception {
        networks.close();
        host.close();
        for (var name : NAMESPACES) {
            run("ip", "netns", "del", prefix + name);
        }
    }

    @Test
    void anEndpointHasTheLowestFreeAddressesAndLeadsOutside() throws Exception {
        attach(reserve("eth0"), "one", BOTH);
        assertThat(in("one", "ip address show eth0"))
                .contains("inet 10.78.0.2/24", "inet6 fd00:78::2/64", ",UP,LOWER_UP>");
        assertThat(in("one", "ip route show default"))
                .startsWith(hasGateway() ? "default via 10.78.0.1 dev eth0" : "default dev eth0");
        assertThat(in("one", "ip -6 route show default"))
                .startsWith(hasGateway() ? "default via fd00:78::1 dev eth0" : "default dev eth0");
    }

    @Test
    void anEndpointThatDoesNotLeadGivesNoDefaultRoute() throws Exception {
        attach(reserve("eth0"), "one", Set.of());
        assertThat(in("one", "ip route")).contains("10.78.0.0/24").doesNotContain("default");
    }

    @Test
    void sandboxesReachEachOther() throws Exception {
        attach(reserve("eth0"), "one", BOTH);
        attach(reserve("eth0"), "two", BOTH);
        assertThat(in("one", "busybox ping -c 1 -W 2 10.78.0.3")).contains("1 packets received");
        assertThat(in("one", "busybox ping -c 1 -W 2 fd00:78::3")).contains("1 packets received");
    }

    @Test
    void aWantedAddressIsHadOnceAndRefusedInDockersWords() throws Exception {
        var wanted = List.of(Subnet.parseAddress("10.78.0.9"));
        var endpoint = network.reserve(request("eth0", wanted));
        assertThat(endpoint.addresses().getFirst()).hasToString("10.78.0.9/24");
        assertThatThrownBy(() -> network.reserve(request("eth0", wanted)))
                .isInstanceOf(NetworkException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void aDetachedEndpointLeavesTheSandboxAsItWasAndMayComeBack() throws Exception {
        String before = in("one", "ip address") + in("one", "ip route");
        var endpoint = reserve("eth0");
        for (int times = 0; times < 3; times++) {
            attach(endpoint, "one", BOTH);
            network.detach(endpoint, path("one"));
            assertThat(in("one", "ip address") + in("one", "ip route"))
                    .isEqualToIgnoringWhitespace(before);
        }
        network.release(endpoint);
        assertThat(reserve("eth0").addresses()).isEqualTo(endpoint.addresses());
    }

    @Test
    void anotherEndpointTakesOverTheDefaultRoutes() throws Exception {
        attach(reserve("eth0"), "one", BOTH);
        var second = reserve("eth1");
        attach(second, "one", Set.of());
        network.lead(second, path("one"), BOTH);
        assertThat(in("one", "ip route show default").lines())
                .singleElement()
                .asString()
                .contains("dev eth1");
        assertThat(in("one", "ip -6 route show default").lines())
                .singleElement()
                .asString()
                .contains("dev eth1");
    }

    @Test
    void anAddressIsUsableAtOnceByTheNextWhenItsSandboxHasEnded() throws Exception {
        attach(reserve("eth0"), "two", BOTH);
        for (int times = 0; times < 3; times++) {
            String name = prefix + "short";
            run("ip", "netns", "add", name);
            var endpoint = reserve("eth0");
            network.attach(endpoint, Path.of("/run/netns", name), BOTH);
            run("ip", "netns", "del", name);
            network.release(endpoint);
            assertThat(Subnet.text(endpoint.addresses().getFirst().address()))
                    .isEqualTo("10.78.0.3");
        }
        attach(reserve("eth0"), "one", BOTH);
        assertThat(in("two", "busybox ping -c 1 -W 2 10.78.0.3")).contains("1 packets received");
    }

    @Test
    void anEndpointIsTakenOverAfterARestart() throws Exception {
        var endpoint = reserve("eth0");
        attach(endpoint, "one", BOTH);
        networks.close();
        host.call(() -> {
            networks = new Networks("jong_test");
            network = open(networks, List.of(endpoint));
            network.sweep();
            return network;
        });
        assertThat(reserve("eth0").addresses().getFirst()).hasToString("10.78.0.3/24");
        assertThat(in("one", "ip address show eth0")).contains("inet 10.78.0.2/24");
        network.detach(endpoint, path("one"));
        assertThat(in("one", "ip address")).doesNotContain("eth0");
    }

    @Test
    void nothingIsPutIntoTheHostsOwnNamespace() throws Exception {
        var endpoint = reserve("eth0");
        assertThatThrownBy(() -> network.attach(endpoint, path("host"), BOTH))
                .hasMessageContaining("the network namespace is the host's own");
        assertThat(in("host", "ip link")).doesNotContain("eth0");
    }

    @Test
    void aRemovedNetworkLeavesTheHostAsItWas() throws Exception {
        var endpoint = reserve("eth0");
        attach(endpoint, "one", BOTH);
        assertThatThrownBy(() -> network.remove()).hasMessageContaining("has active endpoints");
        network.detach(endpoint, path("one"));
        network.release(endpoint);
        host.call(() -> {
            network.remove();
            return network;
        });
        assertThat(links()).isEqualTo(linksBefore);
        assertThat(in("host", "nft list ruleset")).isEmpty();
    }

    private Endpoint reserve(String interfaceName) throws NetworkException {
        return network.reserve(request(interfaceName, List.of()));
    }

    private static EndpointRequest request(
            String interfaceName, List<java.net.InetAddress> addresses) {
        return new EndpointRequest(
                java.util.UUID.randomUUID().toString(),
                "sandbox",
                interfaceName,
                addresses,
                Optional.empty(),
                List.of());
    }

    private void attach(Endpoint endpoint, String sandbox, Set<Family> leading) throws IOException {
        network.attach(endpoint, path(sandbox), leading);
    }

    private String links() throws Exception {
        return in("host", "ip -o link").replaceAll("(?m)^\\d+: ", "");
    }

    private Path path(String name) {
        return Path.of("/run/netns", prefix + name);
    }

    private String in(String sandbox, String command) throws Exception {
        return run(("ip netns exec " + prefix + sandbox + " " + command).split(" "));
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }
}
