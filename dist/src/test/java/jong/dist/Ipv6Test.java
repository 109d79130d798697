package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Networks with IPv6, beside IPv4 or alone. */
@BlackBox
class Ipv6Test {

    private final Cli cli;
    private final String subnet;

    Ipv6Test(Client client, Engine engine) {
        cli = engine.cli(client);
        subnet = "fd3b:" + engine.subnetPrefix().split("\\.")[2] + "::";
    }

    @AfterEach
    void removeNetwork() {
        cli.run("rm -f box").succeeded();
        cli.run("network rm six").succeeded();
    }

    @Test
    void bothFamiliesReachEachOther() {
        cli.run("network create --ipv6 --subnet " + subnet + "/64 six").succeeded();
        cli.run("run -d --name box --network six busybox sleep 1000").succeeded();
        assertThat(cli.inspect("box", "{{.NetworkSettings.Networks.six.GlobalIPv6Address}}"))
                .isEqualTo(subnet + "2");
        assertThat(cli.sh("--network six", "ip -6 route | grep default"))
                .contains("via " + subnet + "1 dev eth0");
        cli.sh("--network six", "ping -6 -c 1 -W 2 box && ping -4 -c 1 -W 2 box");
    }

    @Test
    void anAddressMayBeAskedFor() {
        cli.run("network create --ipv6 --subnet " + subnet + "/64 six").succeeded();
        var address = subnet + "abcd";
        assertThat(cli.sh("--network six --ip6 " + address, "ip -6 -o addr show eth0 scope global"))
                .contains(address + "/64");
    }

    @Test
    void withoutASubnetItGetsOneOfItsOwn() {
        cli.run("network create --ipv6 six").succeeded();
        var subnets =
                cli.run("network inspect -f", "{{range .IPAM.Config}}{{.Subnet}} {{end}}", "six")
                        .succeeded()
                        .line();
        assertThat(subnets).containsPattern("fd[0-9a-f]{2}:[0-9a-f:]+/64");
    }

    @Test
    void ipv4MayBeLeftOut() {
        cli.run("network create --ipv4=false --ipv6 --subnet " + subnet + "/64 six").succeeded();
        cli.run("run -d --name box --network six busybox sleep 1000").succeeded();
        assertThat(cli.run("exec box ip -4 -o addr show eth0").succeeded().line()).isEmpty();
        cli.sh("--network six", "ping -c 1 -W 2 box");
    }
}
