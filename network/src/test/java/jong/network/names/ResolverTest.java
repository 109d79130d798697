package jong.network.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private final NameTable back = new NameTable();
    private final NameTable front = new NameTable();
    private SandboxView view =
            new SandboxView(
                    List.of(
                            new NetworkNames("back", back, Map.of("DB", "postgres")),
                            new NetworkNames("front.end", front, Map.of())),
                    List.of(),
                    false);

    ResolverTest() {
        back.put("1", List.of("postgres", "pg"), addresses("172.18.0.2", "fd00::2"));
        back.put("2", List.of("web", "app"), addresses("172.18.0.3"));
        back.put("3", List.of("other", "app"), addresses("172.18.0.4"));
        front.put("4", List.of("proxy", "Web.Site"), addresses("172.19.0.2"));
    }

    @Test
    void namesAndAliasesOfAllNetworksAreKnownInAnyCase() {
        assertThat(ask("postgres", Messages.A)).contains(List.of("172.18.0.2"));
        assertThat(ask("PG", Messages.A)).contains(List.of("172.18.0.2"));
        assertThat(ask("proxy", Messages.A)).contains(List.of("172.19.0.2"));
        assertThat(ask("web.site", Messages.A)).contains(List.of("172.19.0.2"));
        assertThat(ask("postgres", Messages.AAAA)).contains(List.of("fd00:0:0:0:0:0:0:2"));
        assertThat(ask("postgres", Messages.ANY).orElseThrow()).hasSize(2);
    }

    @Test
    void aNetworksNameMayStandBehindAName() {
        assertThat(ask("postgres.back", Messages.A)).contains(List.of("172.18.0.2"));
        assertThat(ask("web.site.front.end", Messages.A)).contains(List.of("172.19.0.2"));
        assertThat(ask("proxy.back", Messages.A)).isEmpty();
        assertThat(ask("postgres.front.end", Messages.A)).isEmpty();
    }

    @Test
    void anAliasOfTheSandboxStandsForAName() {
        assertThat(ask("db", Messages.A)).contains(List.of("172.18.0.2"));
        assertThat(ask("db.back", Messages.A)).contains(List.of("172.18.0.2"));
        assertThat(ask("db.front.end", Messages.A)).isEmpty();
    }

    @Test
    void whoHasAnAliasForItDoesNotSeeTheNameItself() {
        back.put("5", List.of("db"), addresses("172.18.0.9"));
        assertThat(ask("db", Messages.A)).contains(List.of("172.18.0.2"));
        back.remove("1");
        assertThat(ask("db", Messages.A)).isEmpty();
    }

    @Test
    void severalWithOneNameAreAnsweredInChangingOrder() {
        Set<List<String>> orders = new HashSet<>();
        IntStream.range(0, 200).forEach(_ -> orders.add(ask("app", Messages.A).orElseThrow()));
        assertThat(orders)
                .containsExactlyInAnyOrder(
                        List.of("172.18.0.3", "172.18.0.4"), List.of("172.18.0.4", "172.18.0.3"));
    }

    @Test
    void ofAKnownNameTheTypesThatItLacksAreEmptyAndAskedForNowhereElse() {
        assertThat(ask("web", Messages.AAAA)).contains(List.of());
        assertThat(ask("web", Messages.MX)).contains(List.of());
        assertThat(ask("web", Messages.TXT)).contains(List.of());
        assertThat(ask("unknown", Messages.AAAA)).isEmpty();
        assertThat(ask("unknown", Messages.MX)).isEmpty();
    }

    @Test
    void addressesHaveTheFirstNameOfTheirOwner() {
        assertThat(ask("3.0.18.172.in-addr.arpa", Messages.PTR)).contains(List.of("web.back."));
        assertThat(ask("2.0.19.172.in-addr.arpa", Messages.PTR))
                .contains(List.of("proxy.front.end."));
        assertThat(ask("2." + "0.".repeat(28) + "d.f.ip6.arpa", Messages.PTR)).isEmpty();
        assertThat(ask("2." + "0.".repeat(27) + "0.0.d.f.ip6.arpa", Messages.PTR))
                .contains(List.of("postgres.back."));
        assertThat(ask("9.0.18.172.in-addr.arpa", Messages.PTR)).isEmpty();
        assertThat(ask("0.18.172.in-addr.arpa", Messages.PTR)).isEmpty();
        assertThat(ask("300.0.18.172.in-addr.arpa", Messages.PTR)).isEmpty();
        assertThat(ask("web", Messages.PTR)).isEmpty();
    }

    @Test
    void renamedAndRemovedNamesAreGone() {
        back.put("2", List.of("new"), addresses("172.18.0.3"));
        assertThat(ask("web", Messages.A)).isEmpty();
        assertThat(ask("new", Messages.A)).contains(List.of("172.18.0.3"));
        assertThat(ask("app", Messages.A)).contains(List.of("172.18.0.4"));
        assertThat(ask("3.0.18.172.in-addr.arpa", Messages.PTR)).contains(List.of("new.back."));
        back.remove("2");
        assertThat(ask("new", Messages.A)).isEmpty();
        assertThat(ask("3.0.18.172.in-addr.arpa", Messages.PTR)).isEmpty();
    }

    @Test
    void plainNamesAreKeptWhereTheSandboxSearchesItself() {
        view = new SandboxView(view.networks(), List.of(), true);
        assertThat(ask("unknown", Messages.A)).contains(List.of());
        assertThat(ask("unknown", Messages.AAAA)).contains(List.of());
        assertThat(ask("unknown", Messages.MX)).isEmpty();
        assertThat(ask("unknown.org", Messages.A)).isEmpty();
    }

    @Test
    void anAnswerThatDoesNotFitIsCutAndSaysSo() {
        for (int i = 0; i < 100; i++) {
            back.put("many" + i, List.of("many"), addresses("172.18.1." + i));
        }
        byte[] plain = Messages.query("many", Messages.A);
        byte[] small = answer(plain, 512);
        assertThat(small).hasSizeLessThanOrEqualTo(512);
        assertThat(Messages.isTruncated(small)).isTrue();
        assertThat(Messages.answers(plain, small)).hasSize(30);
        byte[] whole = answer(plain, Reply.LARGEST);
        assertThat(Messages.isTruncated(whole)).isFalse();
        assertThat(Messages.answers(plain, whole)).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void theLimitOfEdnsIsKeptAndAnsweredWithOurOwn() {
        for (int i = 0; i < 100; i++) {
            back.put("many" + i, List.of("many"), addresses("172.18.1." + i));
        }
        byte[] query = Messages.queryWithEdns("many", Messages.A, 1232);
        byte[] reply = answer(query, read(query).limit());
        assertThat(reply).hasSizeBetween(1200, 1232);
        assertThat(Messages.isTruncated(reply)).isTrue();
        assertThat(Messages.count(reply, 3)).isEqualTo(1);
        assertThat(reply[reply.length - 9]).isEqualTo((byte) 41);
        assertThat(read(Messages.queryWithEdns("a", Messages.A, 100)).limit()).isEqualTo(512);
    }

    @Test
    void anUnknownVersionOfEdnsIsRefused() {
        byte[] query = Messages.queryWithEdns("web", Messages.A, 1232);
        query[query.length - 5] = 1;
        byte[] reply = answer(query, 512);
        assertThat(Messages.code(reply)).isZero();
        assertThat(reply[reply.length - 6]).isEqualTo((byte) 1);
        assertThat(Messages.count(reply, 1)).isZero();
    }

    @Test
    void theQuestionIsGivenBackAsItWasAsked() {
        byte[] query = Messages.query("WeB", Messages.A);
        byte[] reply = answer(query, 512);
        assertThat(reply).startsWith(4711 >> 8, 4711 & 0xff, 0x81, 0x80);
        assertThat(java.util.Arrays.copyOfRange(reply, 12, query.length))
                .isEqualTo(java.util.Arrays.copyOfRange(query, 12, query.length));
    }

    private Optional<List<String>> ask(String name, int type) {
        byte[] query = Messages.query(name, type);
        return Resolver.answer(view, read(query), Reply.LARGEST)
                .map(reply -> Messages.answers(query, reply));
    }

    private byte[] answer(byte[] query, int limit) {
        return Resolver.answer(view, read(query), limit).orElseThrow();
    }

    private static Query read(byte[] message) {
        return (Query) Query.read(message);
    }

    private static List<InetAddress> addresses(String... texts) {
        return List.of(texts).stream().map(InetAddress::ofLiteral).toList();
    }
}
