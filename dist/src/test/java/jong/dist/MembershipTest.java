package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers that join networks and leave them, running or not. */
@BlackBox
class MembershipTest {

    private final Cli cli;
    private final String prefix;

    MembershipTest(Client client, Engine engine) {
        cli = engine.cli(client);
        prefix = engine.subnetPrefix().replaceFirst("172\\.\\d+", "10.231");
    }

    @BeforeEach
    void makeNetworks() {
        cli.run("network create one").succeeded();
        cli.run("network create --subnet " + prefix + "0/24 two").succeeded();
    }

    @AfterEach
    void removeNetworks() {
        cli.run("rm -f box other").succeeded();
        cli.run("network rm one two").succeeded();
    }

    @Test
    void aRunningContainerGetsAnInterfaceAndLosesIt() {
        cli.run("run -d --name box --network one busybox sleep 1000").succeeded();
        cli.run("network connect two box").succeeded();
        assertThat(in("box", "ip -4 -o addr show eth1")).contains(prefix + "2/24");
        assertThat(cli.inspect("box", "{{.NetworkSettings.Networks.two.IPAddress}}"))
                .isEqualTo(prefix + "2");
        cli.run("run -d --name other --network two busybox sleep 1000").succeeded();
        in("box", "ping -c 1 -W 2 " + prefix + "3");
        cli.run("network disconnect two box").succeeded();
        assertThat(in("box", "ls /sys/class/net")).isEqualTo("eth0\nlo");
        assertThat(cli.inspect("box", "{{len .NetworkSettings.Networks}}")).isEqualTo("1");
        assertThat(cli.run("network inspect -f", "{{len .Containers}}", "two").line())
                .isEqualTo("1");
    }

    @Test
    void anInterfaceHasTheNameTheAddressesAndTheSysctlsThatAreAskedFor() {
        assumeTrue(Engine.peer() == null, "the peer is older than names and sysctls");
        var option = "com.docker.network.endpoint.";
        cli.run(
                        "run -d --name box --network name=one,link-local-ip=169.254.9.9,driver-opt="
                                + option
                                + "ifname=eth1 busybox sleep 1000")
                .succeeded();
        cli.run(
                        "network connect --driver-opt "
                                + option
                                + "sysctls=net.ipv4.conf.IFNAME.log_martians=1 two box")
                .succeeded();
        for (int i = 0; i < 2; i++) {
            assertThat(in("box", "ip -4 -o addr show eth1")).contains("169.254.9.9/16");
            assertThat(in("box", "cat /proc/sys/net/ipv4/conf/eth0/log_martians")).isEqualTo("1");
            assertThat(in("box", "cat /proc/sys/net/ipv4/conf/eth1/log_martians")).isEqualTo("0");
            cli.run("restart -t 0 box").succeeded();
        }
        assertThat(cli.inspect("box", "{{.NetworkSettings.Networks.one.IPAMConfig.LinkLocalIPs}}"))
                .isEqualTo("[169.254.9.9]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    sysctls=net.ipv4.ip_forward=1 | unrecognised network interface sysctl
                    ifname=a/b                    | invalid interface name
                    """)
    void whatAnInterfaceCannotHaveIsRefused(String option, String text) {
        assumeTrue(Engine.peer() == null, "the peer is older than names and sysctls");
        var refused =
                cli.run(
                        "run -d --network name=one,driver-opt=com.docker.network.endpoint."
                                + option
                                + " busybox true");
        assertThat(refused.err()).contains("invalid endpoint settings:", text);
    }

    @Test
    void anAddressThatIsNotLinkLocalIsRefused() {
        var refused = cli.run("run --name box --network one --link-local-ip 10.1.2.3 busybox true");
        assertThat(refused.err())
                .contains("Error response from daemon: invalid link local IP address: 10.1.2.3");
    }

    @Test
    void theDefaultRouteIsOfTheNetworkWhoseNameComesFirst() {
        cli.run("run -d --name box --network two busybox sleep 1000").succeeded();
        assertThat(route()).contains("default via " + prefix + "1 dev eth0");
        cli.run("network connect one box").succeeded();
        assertThat(route())
                .containsPattern("default via \\S+ dev eth1")
                .doesNotContain(prefix + "1");
        cli.run("network disconnect one box").succeeded();
        assertThat(route()).contains("default via " + prefix + "1 dev eth0");
    }

    @Test
    void addressAndAliasesAreAsWished() {
        cli.run("run -d --name box --network one busybox sleep 1000").succeeded();
        cli.run("network connect --ip " + prefix + "77 --alias shop two box").succeeded();
        assertThat(in("box", "ip -4 -o addr show eth1")).contains(prefix + "77/24");
        assertThat(cli.inspect("box", "{{index .NetworkSettings.Networks.two.DNSNames 1}}"))
                .isEqualTo("shop");
        cli.run("run -d --name other --network one busybox sleep 1000").succeeded();
        refused("network connect --ip " + prefix + "77 two other", "Address already in use");
    }

    @Test
    void aStoppedContainerIsInItsNetworksFromTheNextStart() {
        cli.run("create --name box --network one busybox sleep 1000").succeeded();
        cli.run("network connect two box").succeeded();
        cli.run("network disconnect one box").succeeded();
        cli.run("start box").succeeded();
        assertThat(in("box", "ip -4 -o addr show eth0")).contains(prefix + "2/24");
        assertThat(in("box", "ls /sys/class/net")).isEqualTo("eth0\nlo");
    }

    @Test
    void aContainerMayBeInNoNetworkAtAll() {
        cli.run("run -d --name box --network one busybox sleep 1000").succeeded();
        cli.run("network disconnect one box").succeeded();
        assertThat(in("box", "ls /sys/class/net")).isEqualTo("lo");
        cli.run("restart -t 0 box").succeeded();
        assertThat(in("box", "ls /sys/class/net")).isEqualTo("lo");
        cli.run("network connect one box").succeeded();
        assertThat(in("box", "ls /sys/class/net")).isEqualTo("eth0\nlo");
    }

    @Test
    void everyReasonToRefuseIsSaidInDockersWords() {
        cli.run("run -d --name box --network one busybox sleep 1000").succeeded();
        refused("network connect one box", "endpoint with name box already exists in network one");
        refused("network connect nowhere box", "network nowhere not found");
        refused("network connect two nobody", "No such container: nobody");
        refused(
                "network connect none box",
                "container cannot be connected to multiple networks with one of the networks in"
                        + " private (none) mode");
        refused("network disconnect two box", "is not connected to network two");
        refused("network disconnect -f two nobody", "endpoint nobody not found");
        refused("network rm one", "has active endpoints");
        refused(
                "network connect --ip " + prefix.replace("231", "230") + "7 two box",
                "no configured subnet or ip-range contain the IP address");
        cli.run("run -d --name other --network container:box busybox sleep 1000").succeeded();
        refused(
                "network connect two other",
                "container sharing network namespace with another container or host cannot be"
                        + " connected to any other network");
    }

    @Test
    void eventsTellOfIt() {
        cli.run("run -d --name box --network one busybox sleep 1000").succeeded();
        cli.run("network connect two box").succeeded();
        cli.run("network disconnect two box").succeeded();
        var now = Long.toString(System.currentTimeMillis() / 1000 + 1);
        assertThat(
                        cli.run(
                                        "events --since 1m --until "
                                                + now
                                                + " --filter type=network --filter network=two"
                                                + " --format {{.Action}}")
                                .succeeded()
                                .lines())
                .endsWith("connect", "disconnect");
    }

    private void refused(String command, String reason) {
        assertThat(cli.run(command).exitedWith(1).err()).contains(reason);
    }

    private String route() {
        return in("box", "ip route");
    }

    private String in(String container, String command) {
        return cli.run("exec " + container + " " + command).succeeded().line();
    }
}
