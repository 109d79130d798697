package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of {@code --publish}, and where they are reached, on a host of its own. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishTest {
    private static final String FAILED =
            "driver failed programming external connectivity on endpoint box (ID): ";
    private static final String SERVE =
            "mkdir -p /www; echo served > /www/page; exec httpd -f -p 80 -h /www";

    private NamedHost host;
    private Engine engine;
    private Cli cli;

    @BeforeAll
    void start() {
        host = new NamedHost();
        engine = Engine.inNamespace(host.name());
        cli = engine.cli(Client.DOCKER);
        cli.run("load", "-i", Fixtures.busybox().toString()).succeeded();
        cli.run("network create --ipv6 --subnet 10.99.0.0/24 --subnet fd00:99::/64 both")
                .succeeded();
    }

    @AfterEach
    void removeContainers() {
        engine.removeContainers();
        assertThat(host.run("nft list table inet " + engine.table()).succeeded().out())
                .doesNotContain("elements = { tcp", "elements = { udp", "10.99.0.2", ":99::2");
        assertThat(host.run("ip -br link").succeeded().out()).doesNotContain("veth");
    }

    @AfterAll
    void end() {
        try {
            cli.run("network rm both").succeeded();
            engine.close();
            assertThat(host.run("nft list ruleset").succeeded().out()).isEmpty();
            assertThat(host.run("ip -br link").succeeded().lines()).hasSize(2);
        } finally {
            host.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -p 28000-28002:80                  | 80/tcp=28000
                    -p 28000-28001:9000-9001           | 9000/tcp=28000 9001/tcp=28001
                    -p 28000:80 -p 28001:80            | 80/tcp=28000 80/tcp=28001
                    -p 28000:80/udp -p 28000:80        | 80/tcp=28000 80/udp=28000
                    -p 127.0.0.1:28000:80              | 80/tcp=127.0.0.1:28000
                    -p 0.0.0.0:28000:80                | 80/tcp=0.0.0.0:28000
                    -p [::1]:28000:80                  | 80/tcp=[::1]:28000
                    -p [::]:28000:80                   | 80/tcp=[::]:28000
                    -p 127.0.0.1:2800-2801:80-81/udp   | 80/udp=127.0.0.1:2800 81/udp=127.0.0.1:2801
                    """)
    void portsAreHadInEveryForm(String options, String wanted) {
        cli.run("run -d --name box " + options + " busybox sleep 1000").succeeded();
        List<String> lines =
                List.of(wanted.split(" ")).stream()
                        .flatMap(one -> shown(one).lines())
                        .sorted()
                        .toList();
        assertThat(cli.run("port box").succeeded().lines().stream().sorted()).isEqualTo(lines);
    }

    /** {@code 80/tcp=28000} as docker shows it, at both families. */
    private static String shown(String port) {
        var parts = port.split("=");
        return parts[1].contains(":")
                ? parts[0] + " -> " + parts[1]
                : "%1$s -> 0.0.0.0:%2$s\n%1$s -> [::]:%2$s".formatted(parts[0], parts[1]);
    }

    @Test
    void ofARangeTheFirstThatIsFreeIsTaken() {
        cli.run("run -d --name one -p 28000-28001:80 busybox sleep 1000").succeeded();
        cli.run("run -d --name two -p 28000-28001:80 busybox sleep 1000").succeeded();
        assertThat(cli.run("port two").line()).contains("0.0.0.0:28001");
        var third = cli.run("run -d --name box -p 28000-28001:80 busybox sleep 1000");
        assertThat(error(third)).isEqualTo(FAILED + "all ports are allocated");
    }

    @Test
    void allExposedPortsArePublishedWithOneOptionAndOthersAsAsked() {
        cli.run(
                        "run -d --name box -P -p 28000:80 --expose 81/udp --expose 90-91",
                        "busybox",
                        "sleep",
                        "1000")
                .succeeded();
        assertThat(cli.run("port box").succeeded().lines())
                .hasSize(8)
                .anyMatch(line -> line.equals("80/tcp -> 0.0.0.0:28000"))
                .anyMatch(line -> line.matches("81/udp -> 0.0.0.0:[3-6]\\d{4}"))
                .anyMatch(line -> line.matches("91/tcp -> \\[::]:[3-6]\\d{4}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -p 28000:80 -p 28000:81           | ALLOCATED
                    -p 28000:80 -p 28000:80           | ALLOCATED
                    -p 192.0.2.77:28000:80            | PROXY 192.0.2.77:28000: bind: NO SUCH
                    -p 28010:80                       | PROXY 0.0.0.0:28010: IN USE
                    -p 127.0.0.1:28010:80             | PROXY 127.0.0.1:28010: IN USE
                    -p 28011:80/udp -p 28010-28010:80 | PROXY 0.0.0.0:28010: IN USE
                    """)
    void whatCannotBeHadIsToldBeforeTheContainerStarts(String options, String why) {
        String other = host.run("busybox nc -l -p 28010 >/dev/null 2>&1 & echo $!").line();
        try {
            host.run("until ss -ltn | grep -q :28010; do sleep 0.05; done").succeeded();
            var result = cli.run("run -d --name box " + options + " busybox touch /started");
            assertThat(error(result)).isEqualTo(FAILED + inFull(why));
            assertThat(cli.inspect("box", "{{.State.Status}} {{.NetworkSettings.Ports}}"))
                    .isEqualTo("created map[]");
        } finally {
            host.run("kill " + other);
        }
        cli.run("rm box").succeeded();
        cli.run("run -d --name box -p 28000:80 -p 28011:80/udp busybox sleep 1000").succeeded();
    }

    private static String inFull(String why) {
        return why.replace("PROXY", "Error starting userland proxy: listen tcp4")
                .replace("NO SUCH", "cannot assign requested address")
                .replace("IN USE", "bind: address already in use")
                .replace("ALLOCATED", "Bind for 0.0.0.0:28000 failed: port is already allocated");
    }

    @Test
    void aPortOfSctpNeedsAKernelWithSctp() {
        var result = cli.run("run -d --name box -p 28000:80/sctp busybox sleep 1000");
        if (host.run("modprobe sctp 2>/dev/null; test -e /proc/net/sctp").status() == 0) {
            result.succeeded();
            assertThat(host.run("nft list ruleset").out()).contains("sctp . 28000");
            assertThat(cli.run("port box").line()).startsWith("80/sctp -> 0.0.0.0:28000");
        } else {
            assertThat(error(result))
                    .isEqualTo(FAILED + "Error starting userland proxy: protocol not supported");
        }
    }

    @ParameterizedTest
    @CsvSource({"bridge", "both"})
    void aPublishedPortIsReachedOverBothFamiliesByLoopbackToo(String network) {
        server("--network " + network + " -p 28000:80");
        for (String address : List.of("127.0.0.1", "[::1]", "192.0.2.1", "[fd00:2::1]")) {
            assertThat(host.curl("http://" + address + ":28000/page"))
                    .as(address)
                    .isEqualTo("served");
        }
        for (String address : List.of("192.0.2.1", "[fd00:2::1]")) {
            assertThat(host.curlFar("http://" + address + ":28000/page"))
                    .as("%s from afar", address)
                    .isEqualTo("served");
            assertThat(cli.sh("--network both", "wget -qO- http://" + address + ":28000/page"))
                    .as("%s from another container", address)
                    .isEqualTo("served");
        }
    }

    @Test
    void aPortAtOneAddressIsReachedThereAlone() {
        server("--network both -p [::1]:28000:80 -p 192.0.2.1:28001:80");
        assertThat(host.curl("http://[::1]:28000/page")).isEqualTo("served");
        assertThat(host.curl("http://127.0.0.1:28000/page")).isEmpty();
        assertThat(host.curlFar("http://192.0.2.1:28000/page")).isEmpty();
        assertThat(host.curlFar("http://[fd00:2::1]:28000/page")).isEmpty();
        assertThat(host.curlFar("http://192.0.2.1:28001/page")).isEqualTo("served");
        assertThat(host.curlFar("http://[fd00:2::1]:28001/page")).isEmpty();
        assertThat(host.curl("http://127.0.0.1:28001/page")).isEmpty();
    }

    @Test
    void aTakenPortIsHeldAgainstOtherProgramsUntilTheContainerEnds() {
        server("-p 28000:80");
        var bind = "busybox timeout 1 busybox nc -l -p 28000 2>&1; true";
        assertThat(host.run(bind).out()).contains("ddress already in use");
        cli.run("stop -t 0 box").succeeded();
        assertThat(host.run(bind).out()).doesNotContain("in use");
    }

    private void server(String options) {
        cli.run("run -d --name box " + options + " busybox sh -c", SERVE).succeeded();
        var ask = "until wget -qO- http://127.0.0.1/page; do usleep 10000; done";
        cli.run("exec box sh -c", ask).succeeded();
    }

    /** What the engine says, without the endpoint's ID. */
    private static String error(Result result) {
        assertThat(result.status()).as("%s", result).isEqualTo(125);
        return result.err()
                .lines()
                .filter(line -> line.contains("Error response from daemon: "))
                .findFirst()
                .orElse(result.err())
                .replaceFirst(".*Error response from daemon: ", "")
                .replaceAll("[0-9a-f]{64}", "ID");
    }
}
