package jong.network;

import static jong.network.TestHost.HOST;
import static jong.network.TestHost.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do to the packet filter while networks are open. */
@Tag("root")
class FirewallWatchTest {
    private static final String RULES = "nft list table inet " + TestHost.TABLE;

    private TestHost host;
    private Endpoint sandbox;

    @BeforeEach
    void open() throws Exception {
        host = new TestHost(IPV4);
        sandbox = host.connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        host.serve("one", 80);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush ruleset",
                "delete table inet jong_test",
                "flush table inet jong_test",
                "flush chain inet jong_test into_br0",
                "flush map inet jong_test ports4",
                "delete element inet jong_test ports4 { tcp . 8080 }",
                "delete element inet jong_test into { br0 }"
            })
    void whatOthersTakeAwayIsPutBack(String command) throws Exception {
        String before = host.in("host", RULES);
        host.in("host", "nft '" + command + "'");
        host.await("host", RULES + " 2>&1 || true", before::equals);
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
    }

    @Test
    void aTableThatIsFlushedAgainAndAgainIsPutBackInTheEnd() throws Exception {
        String before = host.in("host", RULES);
        host.in("host", "for i in $(seq 100); do nft flush ruleset; done");
        host.await("host", RULES + " 2>&1 || true", before::equals);
    }

    @Test
    void portsArePublishedAndWithdrawnRightAfterAFlush() throws Exception {
        host.in("host", "nft flush ruleset");
        var second = host.connect("two", PortMapping.of(Protocol.TCP, 80, 8081));
        host.await("host", RULES + " 2>&1 || true", rules -> rules.contains("tcp . 8081"));
        host.in("host", "nft flush ruleset");
        host.release(second);
        host.await(
                "host",
                RULES + " 2>&1 || true",
                rules -> rules.contains("tcp . 8080") && !rules.contains("8081"));
    }

    @Test
    void whatTheAdministratorHasInTheTableStays() throws Exception {
        var own = "inet jong_test ";
        host.in("host", "nft add set " + own + "blocked '{ type ipv4_addr; }'");
        host.in("host", "nft add element " + own + "blocked '{ 192.0.2.2 }'");
        host.in("host", "nft add chain " + own + "strangers");
        host.in("host", "nft add rule " + own + "strangers ip saddr @blocked drop");
        host.in("host", "nft add rule " + own + "admin jump strangers");
        host.in("host", "nft flush chain " + own + "forward");
        host.await("host", RULES, rules -> rules.contains("jump admin"));
        assertThat(host.in("host", RULES)).contains("jump strangers", "@blocked drop", "192.0.2.2");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("unreachable");
        host.in("host", "nft delete element " + own + "blocked '{ 192.0.2.2 }'");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
    }

    @Test
    void aForwardChainThatIsMadeLaterAndDropsIsPassed() throws Exception {
        host.in("host", "iptables -P FORWARD DROP; ip6tables -P FORWARD DROP");
        awaitPasses("iptables -S FORWARD");
        awaitPasses("ip6tables -S FORWARD");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
        host.in("host", "iptables -F FORWARD");
        awaitPasses("iptables -S FORWARD");
        host.in("host", "iptables -I FORWARD -i other -j DROP");
        host.in("host", "iptables-save | grep -v br0 | iptables-restore");
        awaitPasses("iptables -S FORWARD");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
    }

    @Test
    void aFirewalldThatIsReloadedIsPassed() throws Exception {
        String reload =
                "nft -f - <<E\n"
                        + "table inet firewalld\ndelete table inet firewalld\n"
                        + "table inet firewalld { chain filter_FORWARD {\n"
                        + " type filter hook forward priority 10; policy drop;\n"
                        + " ct state established,related accept\n reject\n }\n }\nE\n";
        for (int i = 0; i < 2; i++) {
            host.in("host", reload);
            awaitPasses("nft list chain inet firewalld filter_FORWARD");
            assertThat(host.get("far", HOST + " 8080")).isEqualTo("page");
        }
    }

    @Test
    void withoutANetworkThereIsNoTable() throws Exception {
        host.release(sandbox);
        host.call(() -> {
            host.network().remove();
            return host.networks().openBridges(Map.of());
        });
        assertThat(host.in("host", "nft list ruleset")).isEmpty();
    }

    @Test
    void ownChangesAreNoReasonToRepair() throws Exception {
        host.in("host", "iptables -P FORWARD DROP");
        awaitPasses("iptables -S FORWARD");
        long before = wakes();
        String handles = host.in("host", "nft -a list ruleset");
        Thread.sleep(1000);
        assertThat(host.in("host", "nft -a list ruleset")).isEqualTo(handles);
        assertThat(wakes()).as("switches of the thread that watches").isEqualTo(before);
    }

    private void awaitPasses(String list) throws Exception {
        host.await("host", list, rules -> rules.lines().filter(this::isPass).count() == 2);
    }

    private boolean isPass(String rule) {
        return rule.contains("jong br0");
    }

    /** How often the thread has run. */
    private static long wakes() throws Exception {
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (var thread : threads) {
                if (Files.readString(thread.resolve("comm")).startsWith("firewall-watch")) {
                    var status = Files.readString(thread.resolve("status"));
                    var line = status.substring(status.indexOf("voluntary_ctxt_switches:"));
                    return Long.parseLong(line.split("\\s+")[1]);
                }
            }
        }
        throw new AssertionError("nobody watches");
    }
}
