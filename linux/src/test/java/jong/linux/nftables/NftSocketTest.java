package jong.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.netlink.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares with what the {@code nft} command lists. */
@Tag("root")
class NftSocketTest {
    private static final NftTable TABLE = new NftTable(NftTable.Family.IP, "jong_test");
    private static final NftMap PORTS =
            new NftMap(
                    TABLE,
                    "ports",
                    List.of(NftType.PROTOCOL, NftType.PORT),
                    List.of(NftType.IPV4_ADDRESS, NftType.PORT));
    private static final NftMap.Element ELEMENT =
            new NftMap.Element(
                    List.of(new byte[] {6}, new byte[] {0x1f, (byte) 0x90}),
                    List.of(new byte[] {(byte) 172, 17, 0, 2}, new byte[] {0, 80}));

    private final String name = "jongn" + ProcessHandle.current().pid();
    private NetworkNamespace namespace;
    private NftSocket socket;

    @BeforeEach
    void open() throws Exception {
        run("ip", "netns", "add", name);
        namespace = NetworkNamespace.open(Path.of("/run/netns", name));
        socket = namespace.call(NftSocket::new);
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        namespace.close();
        run("ip", "netns", "del", name);
    }

    @Test
    void rulesReadAsNftWouldWriteThem() throws Exception {
        var batch = new NftBatch().replaceTable(TABLE).addMap(PORTS);
        batch.addChain(TABLE, "nat", hook(NftHook.Type.NAT, NftHook.Point.PREROUTING, -110));
        batch.addChain(TABLE, "pass", hook(NftHook.Type.FILTER, NftHook.Point.FORWARD, 0));
        batch.addChain(TABLE, "out", hook(NftHook.Type.NAT, NftHook.Point.POSTROUTING, 100));
        batch.addRule(TABLE, "nat", new NftRule().localDestination().rewriteDestination(PORTS));
        batch.addRule(
                TABLE,
                "pass",
                new NftRule()
                        .outputInterface("br0")
                        .state(NftRule.State.ESTABLISHED, NftRule.State.RELATED)
                        .accept());
        batch.addRule(TABLE, "pass", new NftRule().destinationRewritten().count().accept());
        batch.addRule(TABLE, "pass", new NftRule().notInputInterface("br0").comment("why").drop());
        batch.addRule(
                TABLE,
                "out",
                new NftRule()
                        .source(address("172.16.0.0"), 12)
                        .notOutputInterface("br0")
                        .masquerade());
        batch.addElements(PORTS, List.of(ELEMENT));
        socket.execute(batch);

        assertThat(list())
                .isEqualTo(
                        """
                        table ip jong_test {
                        	map ports {
                        		type inet_proto . inet_service : ipv4_addr . inet_service
                        		elements = { tcp . 8080 : 172.17.0.2 . 80 }
                        	}

                        	chain nat {
                        		type nat hook prerouting priority dstnat - 10; policy accept;
                        		fib daddr type local dnat ip to meta l4proto . th dport map @ports
                        	}

                        	chain pass {
                        		type filter hook forward priority filter; policy accept;
                        		oifname "br0" ct state established,related accept
                        		ct status dnat counter packets 0 bytes 0 accept
                        		iifname != "br0" drop comment "why"
                        	}

                        	chain out {
                        		type nat hook postrouting priority srcnat; policy accept;
                        		ip saddr 172.16.0.0/12 oifname != "br0" masquerade
                        	}
                        }
                        """);
    }

    @Test
    void rulesAreAllReadWhileOthersChangeTheirsInTheSameChain() throws Exception {
        var batch = new NftBatch().replaceTable(TABLE).addChain(TABLE, "shared");
        for (int i = 0; i < 500; i++) {
            batch.addRule(TABLE, "shared", new NftRule().comment("ours").drop());
        }
        socket.execute(batch);
        var stop = new AtomicBoolean();
        var others = new CompletableFuture<Void>();
        Thread.ofPlatform()
                .start(() -> {
                    try (var theirs = namespace.call(NftSocket::new)) {
                        while (!stop.get()) {
                            changeFront(theirs);
                        }
                        others.complete(null);
                    } catch (Exception e) {
                        others.completeExceptionally(e);
                    }
                });
        for (int i = 0; i < 300; i++) {
            assertThat(socket.rules(TABLE, "shared"))
                    .filteredOn(rule -> rule.comment().equals("ours"))
                    .hasSize(500);
        }
        stop.set(true);
        others.get();
    }

    private static void changeFront(NftSocket theirs) throws Exception {
        var more = new NftBatch();
        for (int i = 0; i < 20; i++) {
            more.insertRule(TABLE, "shared", new NftRule().comment("theirs").drop());
        }
        theirs.execute(more);
        var fewer = new NftBatch();
        theirs.rules(TABLE, "shared").stream()
                .filter(rule -> rule.comment().equals("theirs"))
                .forEach(rule -> fewer.deleteRule(TABLE, "shared", rule.handle()));
        theirs.execute(fewer);
        Thread.sleep(1);
    }

    @Test
    void tablesOfBothFamiliesReadAsNftWouldWriteThem() throws Exception {
        var table = new NftTable(NftTable.Family.INET, "jong_both");
        var address = List.of(NftType.IPV6_ADDRESS, NftType.PORT);
        var key = List.of(NftType.IPV6_ADDRESS, NftType.PROTOCOL, NftType.PORT);
        var ports = new NftMap(table, "ports6", key, address);
        var open = new NftMap(table, "open6", key, List.of());
        var into = new NftInterfaceMap(table, "into");
        byte[] six = InetAddress.ofLiteral("fd00::2").getAddress();
        List<byte[]> at = List.of(six, new byte[] {6}, new byte[] {0, 80});
        var batch = new NftBatch().replaceTable(table).addMap(ports).addMap(open).addMap(into);
        batch.addChain(table, "nat", hook(NftHook.Type.NAT, NftHook.Point.PREROUTING, -100));
        batch.addChain(table, "pass", hook(NftHook.Type.FILTER, NftHook.Point.FORWARD, 0));
        batch.addChain(table, "admin").addChain(table, "into_br0");
        batch.addRule(
                table,
                "nat",
                new NftRule()
                        .family(NftTable.Family.IP6)
                        .localDestination()
                        .rewriteDestination(ports));
        batch.addRule(table, "pass", new NftRule().jump("admin"));
        batch.addRule(table, "pass", new NftRule().jumpByOutput(into));
        batch.addRule(table, "pass", new NftRule().jumpByInput(into));
        batch.addRule(
                table,
                "into_br0",
                new NftRule().family(NftTable.Family.IP6).destinationIn(open).accept());
        batch.addRule(
                table,
                "into_br0",
                new NftRule()
                        .family(NftTable.Family.IP6)
                        .source(InetAddress.ofLiteral("fd00::"), 60)
                        .drop());
        batch.addElements(
                ports,
                List.of(new NftMap.Element(at, List.of(six, new byte[] {0x1f, (byte) 0x90}))));
        batch.addElements(open, List.of(new NftMap.Element(at, List.of())));
        batch.addElement(into, "br0", "into_br0");
        socket.execute(batch);

        assertThat(list())
                .isEqualTo(
                        """
                        table inet jong_both {
                        	map ports6 {
                        		type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service
                        		elements = { fd00::2 . tcp . 80 : fd00::2 . 8080 }
                        	}

                        	set open6 {
                        		type ipv6_addr . inet_proto . inet_service
                        		elements = { fd00::2 . tcp . 80 }
                        	}

                        	map into {
                        		type ifname : verdict
                        		elements = { "br0" : jump into_br0 }
                        	}

                        	chain nat {
                        		type nat hook prerouting priority dstnat; policy accept;
                        		fib daddr type local dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6
                        	}

                        	chain pass {
                        		type filter hook forward priority filter; policy accept;
                        		jump admin
                        		oifname vmap @into
                        		iifname vmap @into
                        	}

                        	chain admin {
                        	}

                        	chain into_br0 {
                        		ip6 daddr . meta l4proto . th dport @open6 accept
                        		ip6 saddr fd00::/60 drop
                        	}
                        }
                        """);

        assertThat(socket.chains(table)).containsExactly("nat", "pass", "admin", "into_br0");
        assertThat(socket.maps(table)).containsExactlyInAnyOrder("ports6", "open6", "into");
        var emptied = new NftBatch();
        for (String chain : socket.chains(table)) {
            emptied.flushChain(table, chain);
        }
        socket.maps(table).forEach(map -> emptied.deleteMap(table, map));
        emptied.deleteChain(table, "pass").deleteChain(table, "into_br0");
        emptied.addChain(table, "pass", hook(NftHook.Type.FILTER, NftHook.Point.FORWARD, 0));
        socket.execute(emptied);
        assertThat(socket.chains(table)).containsExactlyInAnyOrder("nat", "admin", "pass");
        assertThat(socket.maps(table)).isEmpty();
    }

    @Test
    void aBatchThatFailsChangesNothing() throws Exception {
        socket.execute(new NftBatch().addTable(TABLE).addMap(PORTS));
        socket.execute(new NftBatch().addElements(PORTS, List.of(ELEMENT)));
        var other =
                new NftMap.Element(List.of(new byte[] {17}, new byte[] {0, 53}), ELEMENT.data());
        var batch = new NftBatch().addElements(PORTS, List.of(other, ELEMENT));
        assertThatThrownBy(() -> socket.execute(batch))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                .hasMessage("add element to ports: file exists");
        assertThat(list()).contains("tcp . 8080").doesNotContain("udp");

        socket.execute(new NftBatch().deleteElements(PORTS, List.of(ELEMENT)));
        assertThat(list()).doesNotContain("elements");
    }

    @Test
    void aMapTakesAndLosesMoreElementsThanOneMessageCarries() throws Exception {
        List<NftMap.Element> many = elements(3000);
        socket.execute(new NftBatch().addTable(TABLE).addMap(PORTS).addElements(PORTS, many));
        assertThat(list().split("tcp . ", -1)).hasSize(3001);

        socket.execute(new NftBatch().deleteElements(PORTS, many));
        assertThat(list()).doesNotContain("elements");
    }

    @Test
    void aBatchMayBeLargerThanASocketSendsUnasked() throws Exception {
        List<NftMap.Element> many = elements(9000);
        assertThat(new NftBatch().addElements(PORTS, many).toBytes())
                .hasSizeGreaterThan(300 * 1024);
        socket.execute(new NftBatch().addTable(TABLE).addMap(PORTS).addElements(PORTS, many));
        assertThat(list().split("tcp . ", -1)).hasSize(9001);
    }

    private static List<NftMap.Element> elements(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(port -> ByteBuffer.allocate(2).putShort((short) port).array())
                .map(port -> new NftMap.Element(List.of(new byte[] {6}, port), ELEMENT.data()))
                .toList();
    }

    @Test
    void rulesAreFoundByCommentAndDeletedByHandle() throws Exception {
        var batch = new NftBatch().addTable(TABLE);
        batch.addChain(TABLE, "pass", hook(NftHook.Type.FILTER, NftHook.Point.FORWARD, 0));
        batch.addRule(TABLE, "pass", new NftRule().outputInterface("a").accept());
        batch.insertRule(TABLE, "pass", new NftRule().comment("mine").accept());
        socket.execute(batch);

        assertThat(socket.hasChain(TABLE, "pass")).isTrue();
        assertThat(socket.hasChain(TABLE, "other")).isFalse();
        var rules = socket.rules(TABLE, "pass");
        assertThat(rules).extracting(NftSocket.FoundRule::comment).containsExactly("mine", "");
        socket.execute(new NftBatch().deleteRule(TABLE, "pass", rules.getFirst().handle()));
        assertThat(socket.rules(TABLE, "pass")).hasSize(1);
    }

    @Test
    void deletingAMissingTableIsToldWithItsName() {
        assertThatThrownBy(() -> socket.execute(new NftBatch().deleteTable(TABLE)))
                .hasMessage("delete table jong_test: no such file or directory");
    }

    private static NftHook hook(NftHook.Type type, NftHook.Point point, int priority) {
        return new NftHook(type, point, priority);
    }

    private static Inet4Address address(String text) throws Exception {
        return (Inet4Address) InetAddress.getByName(text);
    }

    private String list() throws Exception {
        return run("ip", "netns", "exec", name, "nft", "list", "ruleset");
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
