package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What containers reach, and how they are reached. */
@BlackBox
class NetworkTest {

    private final Engine engine;
    private final Cli cli;

    NetworkTest(Client client, Engine engine) {
        this.engine = engine;
        cli = engine.cli(client);
    }

    @Test
    void bridgeGivesAnAddressAndAWayOut() {
        var address = cli.sh("ip -4 -o addr show eth0 | awk '{print $4}'");
        assertThat(address).startsWith(engine.subnetPrefix());
        assertThat(cli.sh("ip route | head -n1"))
                .startsWith("default via " + engine.subnetPrefix() + "1 dev eth0");
        cli.sh("ping -c 1 -W 2 " + engine.subnetPrefix() + "1");
    }

    @Test
    void vethPairEndsInTheBridge() throws IOException {
        assumeTrue(Engine.peer() == null, "the peer's bridge has other containers");
        cli.run("run -d busybox sleep 1000").succeeded();
        try (var members = Files.list(Path.of("/sys/class/net", engine.bridge(), "brif"))) {
            assertThat(members).hasSize(1);
        }
    }

    @Test
    void noneHasTheLoopbackOnly() {
        assertThat(
                        cli.sh(
                                "--network none",
                                "ls /sys/class/net; ping -c 1 127.0.0.1 >/dev/null && echo up"))
                .isEqualTo("lo\nup");
    }

    @Test
    void hostSharesTheHostsInterfaces() throws IOException {
        var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        var inside = cli.sh("--network host", "readlink /proc/self/ns/net");
        assumeTrue(Engine.peer() == null || own.equals(inside));
        assertThat(inside).isEqualTo(own);
    }

    @Test
    void containersReachEachOtherByAddress() {
        web("-i");
        var address = cli.inspect("server", "{{.NetworkSettings.IPAddress}}");
        assertThat(address).startsWith(engine.subnetPrefix());
        assertThat(cli.sh("wget -qO- http://" + address + "/page")).isEqualTo("served");
    }

    @Test
    void containersThatDoNotReachEachOtherHaveTheirPublishedPorts() {
        cli.run("network create -o com.docker.network.bridge.enable_icc=false apart").succeeded();
        try {
            web("--network apart -p 28080:80");
            var address = cli.inspect("server", "{{.NetworkSettings.Networks.apart.IPAddress}}");
            var gateway = cli.inspect("server", "{{.NetworkSettings.Networks.apart.Gateway}}");
            var page = "timeout 3 wget -qO- http://%s/page || echo no";
            assertThat(cli.sh("--network apart", page.formatted(gateway + ":28080")))
                    .isEqualTo("served");
            assertThat(cli.sh("--network apart", page.formatted(address))).endsWith("no");
        } finally {
            engine.removeContainers();
            cli.run("network rm apart").succeeded();
        }
    }

    static Stream<String> publishedAddresses() {
        return Stream.of("127.0.0.1", hostAddress());
    }

    @ParameterizedTest
    @MethodSource("publishedAddresses")
    void publishedPortIsReachedAt(String address) {
        web("-p 28080:80");
        assertThat(cli.run("port server").line()).contains("80/tcp -> 0.0.0.0:28080");
        assertThat(curl("http://" + address + ":28080/page")).isEqualTo("served");
    }

    @Test
    void publishedPortIsClosedAfterTheStop() {
        web("-p 127.0.0.1:28081:80");
        assertThat(curl("http://127.0.0.1:28081/page")).isEqualTo("served");
        cli.run("stop -t 0 server").succeeded();
        Command.of("curl", "-s", "-m", "5", "http://127.0.0.1:28081/page").run().exitedWith(7);
        cli.run("start server").succeeded();
        awaitServer();
        assertThat(curl("http://127.0.0.1:28081/page")).isEqualTo("served");
    }

    @Test
    void portOfTheHostMayBeChosenByTheEngine() {
        web("-p 80");
        var port = cli.run("port server 80").succeeded().lines().getFirst();
        assertThat(curl("http://127.0.0.1:" + port.substring(port.lastIndexOf(':') + 1) + "/page"))
                .isEqualTo("served");
    }

    @Test
    void publishedPortIsReachedFromAnotherContainer() {
        web("-p 28082:80");
        assertThat(cli.sh("wget -qO- http://" + hostAddress() + ":28082/page")).isEqualTo("served");
    }

    @Test
    void filesOfTheNetworkAreInPlace() {
        assertThat(cli.sh("grep \"$(hostname)\" /etc/hosts | cut -f1"))
                .startsWith(engine.subnetPrefix());
        assertThat(cli.sh("--dns 192.0.2.7 --dns-search test.org", "cat /etc/resolv.conf"))
                .contains("nameserver 192.0.2.7", "search test.org");
        assertThat(cli.sh("--add-host there:192.0.2.8", "cat /etc/hosts"))
                .contains("192.0.2.8\tthere");
    }

    @Test
    void networkOfAnotherContainerIsShared() {
        web("-i");
        assertThat(cli.sh("--network container:server", "wget -qO- http://127.0.0.1/page"))
                .isEqualTo("served");
    }

    /** Starts a small web server that answers /page with «served», and waits until it does. */
    private void web(String options) {
        var serve = "mkdir -p /www; echo served > /www/page; exec httpd -f -p 80 -h /www";
        cli.run("run -d --name server " + options + " busybox sh -c", serve).succeeded();
        awaitServer();
    }

    private void awaitServer() {
        var ask = "until wget -qO- http://127.0.0.1/page; do usleep 10000; done";
        cli.run("exec server sh -c", ask).succeeded();
    }

    private static String curl(String url) {
        return Command.of("curl", "-sS", "-m", "10", url).run().succeeded().line();
    }

    /** An address of the host that is not the loopback's. */
    private static String hostAddress() {
        var route = Command.of("ip", "-4", "route", "get", "192.0.2.1").run().succeeded().line();
        var words = java.util.List.of(route.split(" +"));
        return words.get(words.indexOf("src") + 1);
    }
}
