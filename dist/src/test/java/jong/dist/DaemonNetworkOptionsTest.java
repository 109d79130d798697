package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Options of jongd that decide about addresses and ports. */
@Tag("root")
class DaemonNetworkOptionsTest {

    @Test
    void rangesAndPoolsDecideAboutAddressesAndNoProxyAboutPorts() {
        try (var engine = Engine.fresh("--fixed-cidr", "SUBNET.128/25", "--userland-proxy=false")) {
            var cli = withImages(engine);
            cli.run("run -d --name one -p 28090:80 busybox sleep 1000").succeeded();
            assertThat(cli.inspect("one", "{{.NetworkSettings.IPAddress}}"))
                    .isEqualTo(engine.subnetPrefix() + "128");
            assertThat(
                            cli.run(
                                            "network",
                                            "inspect",
                                            "-f",
                                            "{{range .IPAM.Config}}{{.IPRange}}{{end}}",
                                            "bridge")
                                    .succeeded()
                                    .line())
                    .isEqualTo(engine.subnetPrefix() + "128/25");
            assertThat(cli.run("port one").succeeded().lines())
                    .containsExactly("80/tcp -> 0.0.0.0:28090");
        }
    }

    @Test
    void theFileNamesPoolsAndNetworksHaveRanges() throws IOException {
        var directory = Files.createTempDirectory("jong-options");
        var file = directory.resolve("daemon.json");
        Files.writeString(
                file,
                """
                {"default-address-pools": [{"base": "10.213.0.0/20", "size": 24}],
                 "max-concurrent-downloads": 1,
                 "exec-opts": ["native.cgroupdriver=cgroupfs"]}
                """);
        try (var engine = Engine.fresh("--config-file", file.toString())) {
            var cli = withImages(engine);
            try {
                for (int i = 0; i < 2; i++) {
                    cli.run("network create pooled" + i).succeeded();
                    assertThat(subnet(cli, "pooled" + i)).isEqualTo("10.213." + i + ".0/24");
                }
                cli.run("network create --subnet 10.214.0.0/24 --ip-range 10.214.0.64/26 ranged")
                        .succeeded();
                assertThat(
                                cli.sh(
                                        "--network ranged",
                                        "ip -4 -o addr show eth0 | awk '{print $4}';"
                                                + " ip route | awk '/default/ {print $3}'"))
                        .isEqualTo("10.214.0.65/24\n10.214.0.64");
            } finally {
                cli.run("network rm pooled0 pooled1 ranged");
            }
        } finally {
            Files.delete(file);
            Files.delete(directory);
        }
    }

    @Test
    void theDefaultNetworkHasIpv6WhereItIsWanted() {
        try (var engine = Engine.fresh("--ipv6", "--fixed-cidr-v6", "fd3b:ffff::/64")) {
            var cli = withImages(engine);
            assertThat(cli.sh("ip -6 -o addr show eth0 scope global; ip -6 route | grep default"))
                    .contains("fd3b:ffff::2/64", "default via fd3b:ffff::1 dev eth0");
        }
    }

    @Test
    void theDefaultNetworksIpv6SubnetStaysTheSame() {
        try (var engine = Engine.fresh("--ipv6")) {
            var before = subnet(engine.cli(Client.DOCKER), "bridge");
            assertThat(before).containsPattern("fd[0-9a-f]{2}:[0-9a-f:]+/64");
            engine.stop();
            engine.start();
            assertThat(subnet(engine.cli(Client.DOCKER), "bridge")).isEqualTo(before);
        }
    }

    private static Cli withImages(Engine engine) {
        var cli = engine.cli(Client.DOCKER);
        cli.run("load", "-i", Fixtures.busybox().toString()).succeeded();
        return cli;
    }

    private static String subnet(Cli cli, String network) {
        String format = "{{range .IPAM.Config}}{{.Subnet}}{{end}}";
        return cli.run("network", "inspect", "-f", format, network).succeeded().line();
    }
}
