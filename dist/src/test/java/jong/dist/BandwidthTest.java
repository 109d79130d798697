package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits of what a container receives and sends, by options of its place in a network. */
@Tag("root")
class BandwidthTest {
    private static final String LIMITS =
            ",driver-opt=jong.bandwidth.ingress=16mbit,driver-opt=jong.bandwidth.egress=8mbit";
    private static final int BYTES = 2_000_000;

    private NamedHost host;
    private Engine engine;
    private Cli cli;

    @BeforeEach
    void start() {
        host = new NamedHost();
        engine = Engine.inNamespace(host.name());
        cli = engine.cli(Client.DOCKER);
        cli.run("load", "-i", Fixtures.busybox().toString()).succeeded();
        cli.run("network create slow").succeeded();
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            engine.removeContainers();
            cli.run("network rm slow").succeeded();
            engine.close();
            assertThat(host.run("ip -br link").succeeded().lines()).hasSize(2);
        } finally {
            host.close();
        }
    }

    @Test
    void aContainerIsLimitedEachWayWhateverItsRights() {
        var options = "run -d --name box --cap-add NET_ADMIN --network name=slow" + LIMITS;
        cli.run(options + " -p 28000:80 busybox sh -c", serve()).succeeded();
        cli.run("exec box sh -c", "until wget -qO- http://127.0.0.1/small; do usleep 10000; done")
                .succeeded();
        cli.run("exec box sh -c", "tc qdisc del dev eth0 root; tc qdisc del dev eth0 ingress");
        assertSlow();
        engine.kill();
        engine.start();
        assertSlow();
        cli.run("restart -t 0 box").succeeded();
        cli.run("exec box sh -c", "until wget -qO- http://127.0.0.1/small; do usleep 10000; done")
                .succeeded();
        assertSlow();
    }

    /** What it sends; at 8 Mbit/s two megabytes take two seconds. */
    private void assertSlow() {
        var timed = "curl -s -o /dev/null -w %{speed_download} http://127.0.0.1:28000/large";
        double rate = Double.parseDouble(host.run(timed).succeeded().line());
        assertThat(rate).isBetween(500_000.0, 2_000_000.0);
    }

    @Test
    void wrongLimitsAreRefused() {
        var result =
                cli.run(
                        "run -d --network name=slow,driver-opt=jong.bandwidth.egress=fast busybox",
                        "true");
        assertThat(result.status()).isEqualTo(125);
        assertThat(result.err())
                .contains(
                        "invalid jong.bandwidth.egress \"fast\": wanted is a rate of 8kbit to"
                                + " 10tbit, such as 10mbit or 1.5gbit");
    }

    private static String serve() {
        return "mkdir -p /www; echo ok > /www/small; head -c "
                + BYTES
                + " /dev/zero > /www/large; exec httpd -f -p 80 -h /www";
    }
}
