package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By which names containers find each other, and what else they find. */
@BlackBox
class NamesTest {

    private static final String NET = "names";

    private final Engine engine;
    private final Cli cli;

    NamesTest(Client client, Engine engine) {
        this.engine = engine;
        cli = engine.cli(client);
    }

    @BeforeEach
    void makeNetwork() {
        cli.run("network create " + NET).succeeded();
    }

    @AfterEach
    void removeNetworks() {
        engine.removeContainers();
        cli.run("network prune -f").succeeded();
    }

    @Test
    void aContainerIsFoundByNameAliasIdAndHostname() {
        String id = web("--name web --network-alias shop --hostname store");
        String address = address("web");
        for (var name : new String[] {"web", "shop", "store", id.substring(0, 12), "WEB.names"}) {
            assertThat(lookup(name)).as(name).isEqualTo(address);
        }
        assertThat(cli.inspect("web", "{{json .NetworkSettings.Networks.names.DNSNames}}"))
                .isEqualTo("[\"web\",\"shop\",\"" + id.substring(0, 12) + "\",\"store\"]");
    }

    @Test
    void aNameOfIpv4AloneHasNoAddressOfIpv6() {
        web("--name web");
        var answer = cli.run("run --rm --network names busybox nslookup -type=aaaa web");
        assertThat(answer.succeeded().out()).doesNotContain("NXDOMAIN", "Address: ");
    }

    @Test
    void anAddressHasTheNameOfItsContainer() {
        web("--name web");
        assertThat(cli.sh("--network names", "nslookup " + address("web")))
                .contains("name = web.names");
    }

    @Test
    void allContainersOfOneAliasAreFound() {
        IntStream.range(0, 3).forEach(i -> web("--name web" + i + " --network-alias app"));
        assertThat(cli.sh("--network names", "nslookup -type=a app | grep -c '^Address: '"))
                .isEqualTo("3");
        assertThat(
                        cli.sh(
                                "--network names",
                                "for i in $(seq 40); do nslookup -type=a app | grep -m 1 '^Address: ';"
                                        + " done | sort -u | wc -l"))
                .isEqualTo("3");
    }

    @Test
    void aLinkIsAnAliasThatOnlyTheContainerItselfKnows() {
        web("--name web");
        assertThat(cli.sh("--network names --link web:db", "nslookup -type=a db"))
                .contains("Address: " + address("web"));
        assertThat(cli.run("run --rm --network names busybox nslookup db").status()).isNotZero();
    }

    @Test
    void namesFollowRenamingStoppingAndStarting() {
        web("--name web");
        web("--name asks");
        cli.run("rename web shop").succeeded();
        assertThat(asks("shop")).contains("Address: " + address("shop"));
        assertUnknown("web");
        assertThat(cli.inspect("shop", "{{json .NetworkSettings.Networks.names.DNSNames}}"))
                .startsWith("[\"shop\",");
        cli.run("stop -t 0 shop").succeeded();
        assertUnknown("shop");
        cli.run("start shop").succeeded();
        assertThat(asks("shop")).contains("Address: " + address("shop"));
    }

    @Test
    void containersOfAnotherNetworkAreNotFound() {
        cli.run("network create names2").succeeded();
        cli.run("run -d --name other --network names2 busybox sleep 1000").succeeded();
        assertThat(cli.run("run --rm --network names busybox nslookup other").status()).isNotZero();
        assertThat(cli.run("run --rm busybox nslookup other").status()).isNotZero();
    }

    @Test
    void namesAreAnsweredOverTcpToo() {
        IntStream.range(0, 2).forEach(i -> web("--name web" + i + " --network-alias app"));
        // A query for app, type A, with its length in front.
        var query = "\\0\\025\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3app\\0\\0\\1\\0\\1";
        var ask = "printf '" + query + "' | nc -w 2 127.0.0.11 53 | wc -c";
        assertThat(cli.sh("--network names", ask)).isEqualTo(Integer.toString(2 + 21 + 2 * 16));
    }

    @Test
    void resolvConfNamesTheServerAndWhomItAsks() {
        assertThat(cli.sh("--network names", "cat /etc/resolv.conf"))
                .contains("nameserver 127.0.0.11\noptions ndots:0\n", "(internal resolver)")
                .endsWith("# Overrides: []\n# Option ndots from: internal");
        assertThat(
                        cli.sh(
                                "--network names --dns 192.0.2.7 --dns-search x.y --dns-option ndots:3",
                                "cat /etc/resolv.conf"))
                .contains("nameserver 127.0.0.11\nsearch x.y\noptions ndots:3\n")
                .contains("# ExtServers: [192.0.2.7]\n# Overrides: [nameservers search options]");
    }

    @Test
    void whatIsUnknownIsAskedOfTheServersThatTheUserNames() throws IOException {
        assumeTrue(Engine.peer() == null, "the peer's networks are elsewhere");
        var gateway =
                cli.run("network inspect -f", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", NET)
                        .succeeded()
                        .line();
        web("--name web");
        try (var server = new DatagramSocket(53, InetAddress.ofLiteral(gateway))) {
            Thread.ofVirtual().start(() -> answer(server, new byte[] {(byte) 192, 0, 2, 99}));
            assertThat(
                            cli.sh(
                                    "--network names --dns " + gateway,
                                    "nslookup -type=a known.example && nslookup -type=a web"))
                    .contains("Address: 192.0.2.99", "Address: " + address("web"));
        }
    }

    /** Answers every query with one address, as long as the socket is open. */
    private static void answer(DatagramSocket server, byte[] address) {
        var packet = new DatagramPacket(new byte[512], 512);
        try {
            while (true) {
                packet.setLength(512);
                server.receive(packet);
                int length = packet.getLength();
                var reply = ByteBuffer.allocate(length + 16).put(packet.getData(), 0, length);
                reply.putShort((short) 0xc00c).putInt(0x00010001).putInt(60).putShort((short) 4);
                reply.put(address).putShort(2, (short) 0x8180).putShort(6, (short) 1);
                server.send(
                        new DatagramPacket(reply.array(), length + 16, packet.getSocketAddress()));
            }
        } catch (IOException _) {
            return; // Closed.
        }
    }

    @Test
    void aLinkOnTheDefaultNetworkIsAnEntryInHostsAndVariables() {
        cli.run("run -d --name server --expose 80 -e COLOUR=red busybox sleep 1000").succeeded();
        String address = cli.inspect("server", "{{.NetworkSettings.Networks.bridge.IPAddress}}");
        cli.run("run -d --name linked --link server:db busybox sleep 1000").succeeded();
        assertThat(cli.run("exec linked grep server /etc/hosts").line())
                .matches(address + "\tdb [0-9a-f]{12} server");
        assertThat(cli.run("exec linked env").lines())
                .contains(
                        "DB_NAME=/linked/db",
                        "DB_PORT=tcp://" + address + ":80",
                        "DB_PORT_80_TCP_ADDR=" + address,
                        "DB_ENV_COLOUR=red");
        assertThat(cli.inspect("linked", "{{json .HostConfig.Links}}"))
                .isEqualTo("[\"/server:/linked/db\"]");
        cli.run("rename server other").succeeded();
        assertThat(cli.inspect("linked", "{{json .HostConfig.Links}}"))
                .isEqualTo("[\"/other:/linked/db\"]");
    }

    @Test
    void aLinkedContainerThatComesBackElsewhereIsFoundThere() {
        cli.run("run -d --name server busybox sleep 1000").succeeded();
        String before = cli.inspect("server", "{{.NetworkSettings.Networks.bridge.IPAddress}}");
        cli.run("run -d --name linked --link server busybox sleep 1000").succeeded();
        cli.run("stop -t 0 server").succeeded();
        cli.run("run -d busybox sleep 1000").succeeded();
        cli.run("start server").succeeded();
        String now = cli.inspect("server", "{{.NetworkSettings.Networks.bridge.IPAddress}}");
        assertThat(now).isNotEqualTo(before);
        assertThat(cli.run("exec linked grep server /etc/hosts").line()).startsWith(now + "\t");
    }

    @Test
    void linksThatCannotBeAreRefused() {
        cli.run("create --name stopped busybox true").succeeded();
        web("--name elsewhere");
        refused("--link stopped", "Cannot link to a non running container: /stopped AS /");
        refused("--link absent", "could not get container for absent: No such container: absent");
        refused(
                "--link elsewhere",
                "Cannot link to /elsewhere, as it does not belong to the default network");
        refused("--network host --link stopped", "host type networking can't be used with links");
    }

    private void refused(String options, String why) {
        assertThat(cli.run("run --rm " + options + " busybox true").exitedWith(125).err())
                .contains(why);
    }

    @Test
    void anInternalNetworkHasItsOwnNamesAndNoOthers() {
        cli.run("network create --internal inner").succeeded();
        cli.run("run -d --name web --network inner busybox sleep 1000").succeeded();
        assertThat(cli.sh("--network inner", "nslookup -type=a web")).contains("Name:\tweb");
        assertThat(cli.run("run --rm --network inner busybox nslookup -type=a example.org").out())
                .contains("can't find example.org: SERVFAIL");
    }

    @Test
    void aNameHasTheAddressesOfBothFamilies() {
        cli.run("network create --ipv6 --subnet fd00:6a6e::/64 both").succeeded();
        cli.run("run -d --name web --network both busybox sleep 1000").succeeded();
        assertThat(cli.sh("--network both", "nslookup -type=aaaa web"))
                .contains("Address: fd00:6a6e::2");
        assertThat(cli.sh("--network both", "nslookup fd00:6a6e::2")).contains("name = web.both");
        assertThat(cli.sh("--network both", "nslookup -type=a web"))
                .contains(
                        "Address: "
                                + cli.inspect(
                                        "web", "{{.NetworkSettings.Networks.both.IPAddress}}"));
    }

    @Test
    void joiningANetworkBringsItsNamesAndLeavingTakesThem() {
        web("--name web");
        cli.run("run -d --name asks busybox sleep 1000").succeeded();
        assertThat(cli.run("exec asks cat /etc/resolv.conf").out()).contains("(legacy)");
        cli.run("network connect --alias late names asks").succeeded();
        assertThat(asks("web")).contains("Address: " + address("web"));
        assertThat(lookup("late")).isEqualTo(address("asks"));
        String own = address("asks");
        assertThat(cli.run("exec asks cat /etc/hosts").out()).contains("\n" + own + "\t");
        cli.run("network disconnect names asks").succeeded();
        assertUnknown("web");
        assertThat(cli.run("exec asks cat /etc/hosts").out())
                .doesNotContain(own)
                .contains(cli.inspect("asks", "{{.NetworkSettings.IPAddress}}") + "\t");
        assertThat(cli.run("run --rm --network names busybox nslookup late").status()).isNotZero();
    }

    @Test
    void whatTheUserHasWrittenStays() {
        cli.run("run -d --name asks busybox sleep 1000").succeeded();
        cli.run(
                        "exec asks sh -c",
                        "echo nameserver 192.0.2.1 > /etc/resolv.conf; echo 1.2.3.4 x >> /etc/hosts")
                .succeeded();
        cli.run("network connect names asks").succeeded();
        assertThat(cli.run("exec asks cat /etc/resolv.conf").line())
                .isEqualTo("nameserver 192.0.2.1");
        assertThat(cli.run("exec asks cat /etc/hosts").out())
                .contains("1.2.3.4 x\n" + address("asks") + "\t");
    }

    @Test
    void bytesThatAreNoTextDoNotKeepAContainerOutOfANetwork() {
        cli.run("run -d --name asks busybox sleep 1000").succeeded();
        cli.run("exec asks sh -c", "printf '\\377\\n' >> /etc/hosts").succeeded();
        cli.run("network connect names asks").succeeded();
        assertThat(cli.run("exec asks sh -c", "tail -n 2 /etc/hosts | od -An -c -N 2").line())
                .contains("377");
        assertThat(cli.run("exec asks tail -n 1 /etc/hosts").line()).startsWith(address("asks"));
    }

    @Test
    void aHostsFileThatTheContainerHasBlownUpIsLeftAlone() {
        assumeTrue(Engine.peer() == null, "the peer reads it whole");
        cli.run("run -d --name asks busybox sleep 1000").succeeded();
        cli.run("exec asks sh -c", "head -c 2000000 /dev/zero > /etc/hosts").succeeded();
        cli.run("network connect names asks").succeeded();
        assertThat(cli.run("exec asks sh -c", "wc -c < /etc/hosts").line()).isEqualTo("2000000");
    }

    @Test
    void aKilledEngineAnswersAgainAfterItsStart() {
        assumeTrue(Engine.peer() == null, "the peer is not ours to kill");
        web("--name web");
        web("--name asks");
        engine.kill();
        engine.start();
        assertThat(asks("web")).contains("Address: " + address("web"));
        web("--name later");
        assertThat(asks("later")).contains("Address: " + address("later"));
    }

    private String web(String options) {
        return cli.run("run -d --network names " + options + " busybox sleep 1000")
                .succeeded()
                .line();
    }

    private String address(String container) {
        return cli.inspect(container, "{{.NetworkSettings.Networks.names.IPAddress}}");
    }

    private String lookup(String name) {
        return cli.sh(
                "--network names", "nslookup -type=a " + name + " | sed -n 's/^Address: //p'");
    }

    private void assertUnknown(String name) {
        var answer = cli.run("exec asks nslookup -type=a " + name);
        assertThat(answer.status()).as("%s", answer).isNotZero();
    }

    private String asks(String name) {
        return cli.run("exec asks nslookup -type=a " + name).succeeded().out();
    }
}
