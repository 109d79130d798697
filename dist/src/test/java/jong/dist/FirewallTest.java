package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jong's packet filter beside what others do to the host's. */
@Tag("root")
class FirewallTest {
    private static final String URL = "http://" + NamedHost.ADDRESS + ":28200/page";

    private NamedHost host;
    private Engine engine;
    private Cli cli;

    @BeforeEach
    void start() {
        host = new NamedHost();
        engine = Engine.inNamespace(host.name());
        cli = engine.cli(Client.DOCKER);
        cli.run("load", "-i", Fixtures.busybox().toString()).succeeded();
        var serve = "mkdir -p /www; echo served > /www/page; exec httpd -f -p 80 -h /www";
        cli.run("run -d --name server -p 28200:80 busybox sh -c", serve).succeeded();
        var ask = "until wget -qO- http://127.0.0.1/page; do usleep 10000; done";
        cli.run("exec server sh -c", ask).succeeded();
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            engine.close();
            assertThat(host.run("nft list ruleset").succeeded().out()).doesNotContain("jong");
            assertThat(host.run("ip -br link").succeeded().lines()).hasSize(2);
        } finally {
            host.close();
        }
    }

    @Test
    void aPortIsReachedAfterTheRulesWereFlushedAndForwardingDrops() {
        assertThat(host.curlFar(URL)).isEqualTo("served");
        host.run("nft flush ruleset").succeeded();
        awaitRules("nft list table inet " + engine.table(), "tcp . 28200");
        host.run("iptables -P FORWARD DROP && ip6tables -P FORWARD DROP").succeeded();
        awaitRules("iptables -S FORWARD", "jong " + engine.bridge());
        awaitRules("ip6tables -S FORWARD", "jong " + engine.bridge());
        assertThat(host.curlFar(URL)).isEqualTo("served");
        host.run("iptables -F && nft delete table inet " + engine.table()).succeeded();
        awaitRules("nft list table inet " + engine.table(), "tcp . 28200");
        awaitRules("iptables -S FORWARD", "jong " + engine.bridge());
        assertThat(host.curlFar(URL)).isEqualTo("served");
    }

    @Test
    void theAdministratorsChainDecidesFirstAndStays() {
        var admin = "inet " + engine.table() + " admin ";
        var dropped = "ip saddr 192.0.2.2 meta l4proto tcp ct original proto-dst 28200 drop";
        host.run("nft add rule " + admin + dropped).succeeded();
        assertThat(host.curlFar(URL)).isEmpty();
        assertThat(host.curl(URL)).isEqualTo("served");
        cli.run("network create other").succeeded();
        cli.run("network rm other").succeeded();
        engine.kill();
        engine.start();
        assertThat(host.curlFar(URL)).isEmpty();
        host.run("nft flush chain " + admin).succeeded();
        assertThat(host.curlFar(URL)).isEqualTo("served");
    }

    private void awaitRules(String list, String text) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!host.run(list).out().contains(text)) {
            assertThat(System.nanoTime()).as("%s: %s", list, host.run(list).out()).isLessThan(end);
        }
    }
}
