package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import jong.http.Application;
import jong.http.Exchange;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.oci.Digest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of several registries, and of registries with ways of their own. */
class RemotesTest {

    private static final String IMAGE = "/v2/a/b/manifests/t";

    @TempDir Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    private TestRegistry registry(String name, String... flags) {
        var registry = new TestRegistry(directory.resolve(name), flags);
        parts.push(registry);
        return registry;
    }

    /** What a test's server answers. */
    interface Answer {
        void to(Exchange exchange) throws Exception;
    }

    private record Answers(Answer answer) implements Application {
        @Override
        public void serve(Exchange exchange) throws Exception {
            answer.to(exchange);
        }

        @Override
        public void fail(Exchange exchange, Throwable failure) throws IOException {
            exchange.whole(500, "text/plain", failure.toString().getBytes(UTF_8));
        }
    }

    private String server(Answer answer) throws IOException {
        var server = new HttpServer(new Answers(answer), ServerOptions.forGroup(""));
        parts.push(server);
        var address = (ListenAddress.Tcp) server.listen(ListenAddress.parse("tcp://127.0.0.1:0"));
        return "http://127.0.0.1:" + address.address().getPort();
    }

    private static String digest(TestRegistry cache, String path) throws Exception {
        var answer = cache.get(path);
        assertThat(answer.statusCode()).as(TestRegistry.text(answer)).isEqualTo(200);
        return header(answer, "Docker-Content-Digest");
    }

    @Test
    void theNamespaceOfARequestSaysWhichRegistryIsMeant() throws Exception {
        TestRegistry one = registry("one");
        TestRegistry two = registry("two");
        String first = one.pushImage("a/b", "t", "one").toString();
        String second = two.pushImage("a/b", "t", "two").toString();
        TestRegistry cache =
                registry(
                        "cache",
                        "--proxy-remote=" + one.base(),
                        "--proxy-remote=two.example:5000=" + two.base());

        assertThat(digest(cache, IMAGE)).isEqualTo(first);
        assertThat(digest(cache, IMAGE + "?ns=two.example:5000")).isEqualTo(second);
        assertThat(digest(cache, "/v2/two.example_5000/a/b/manifests/t")).isEqualTo(second);
        assertThat(digest(cache, IMAGE + "?ns=other.example")).isEqualTo(first);
        String layer = Digest.sha256("two".getBytes(UTF_8)).toString();
        String path = "/v2/a/b/blobs/" + layer;
        assertThat(cache.get(path + "?ns=two.example:5000").body()).asString().isEqualTo("two");
        assertThat(cache.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aCacheOfNamedRegistriesAnswersForNoOther() throws Exception {
        TestRegistry one = registry("one");
        one.pushImage("a/b", "t", "one");
        TestRegistry cache = registry("cache", "--proxy-remote=one.example=" + one.base());
        assertThat(cache.get(IMAGE + "?ns=one.example").statusCode()).isEqualTo(200);
        assertThat(cache.get(IMAGE + "?ns=other.example").statusCode()).isEqualTo(404);
        assertThat(cache.get(IMAGE).statusCode()).isEqualTo(404);
        assertThat(cache.get(IMAGE + "?ns=../one.example").statusCode()).isEqualTo(404);
    }

    /** A registry whose tokens only ann with her password gets. */
    @Test
    void aRegistryWithTokensIsAskedWithTheUsersOwn() throws Exception {
        registry("one").pushImage("a/b", "t", "layer");
        parts.pop().close();
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        String service = server(exchange -> grant(exchange, key));
        Path keys =
                Files.writeString(
                        directory.resolve("jwks"), new JWKSet(key.toPublicJWK()).toString());
        TestRegistry one =
                registry(
                        "one",
                        "--token-realm=" + service + "/token",
                        "--token-service=one.example",
                        "--token-issuer=issuer.example",
                        "--token-jwks=" + keys);
        Path password = Files.writeString(directory.resolve("password"), "secret\n");
        String remote = "--proxy-remote=one.example=" + one.base();

        TestRegistry stranger = registry("stranger", remote);
        assertThat(stranger.get(IMAGE + "?ns=one.example").statusCode()).isEqualTo(502);
        TestRegistry cache =
                registry(
                        "cache",
                        remote,
                        "--proxy-username=one.example=ann",
                        "--proxy-password-file=one.example=" + password);
        assertThat(cache.get(IMAGE + "?ns=one.example").statusCode()).isEqualTo(200);
        String layer = Digest.sha256("layer".getBytes(UTF_8)).toString();
        assertThat(cache.get("/v2/one.example/a/b/blobs/" + layer).body())
                .asString()
                .isEqualTo("layer");
    }

    private static void grant(Exchange exchange, ECKey key) throws Exception {
        String ann = Base64.getEncoder().encodeToString("ann:secret".getBytes(UTF_8));
        if (!exchange.header("Authorization").equals("Basic " + ann)) {
            exchange.empty(401);
            return;
        }
        var access = Map.of("type", "repository", "name", "a/b", "actions", List.of("pull"));
        var token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
                        new JWTClaimsSet.Builder()
                                .issuer("issuer.example")
                                .audience(exchange.target().query().string("service"))
                                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                                .claim("access", List.of(access))
                                .build());
        token.sign(new ECDSASigner(key));
        exchange.whole(
                200,
                "application/json",
                Json.writeBytes(new JsonObject().with("token", token.serialize())));
    }

    private static final byte[] EMPTY_INDEX =
            ("{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.INDEX + "\",\"manifests\":[]}")
                    .getBytes(UTF_8);

    private static void answerWithIndex(Exchange exchange) throws IOException {
        exchange.setHeader("Docker-Content-Digest", Digest.sha256(EMPTY_INDEX).toString());
        exchange.whole(200, TestRegistry.INDEX, EMPTY_INDEX);
    }

    private static void sendAway(Exchange exchange, int seconds) throws IOException {
        exchange.setHeader("Retry-After", String.valueOf(seconds));
        exchange.empty(429);
    }

    @Test
    void malformedReferrersAreLeftOut() throws Exception {
        String good =
                "{\"digest\":\"" + Digest.sha256(EMPTY_INDEX) + "\",\"size\":2,\"other\":[1]}";
        var answers =
                new ArrayDeque<>(
                        List.of(
                                "nonsense",
                                "[]",
                                "{\"manifests\":[{\"digest\":\"sha256:../../x\"}]}",
                                "{\"manifests\":[" + good + ",5]}",
                                "{\"manifests\":[" + good + "," + good + "]}"));
        String remote =
                server(exchange ->
                        exchange.whole(200, TestRegistry.INDEX, answers.pop().getBytes(UTF_8)));
        TestRegistry cache = registry("cache", "--proxy-remote=" + remote);
        String path = "/v2/a/b/referrers/" + Digest.sha256(EMPTY_INDEX);
        while (!answers.isEmpty()) {
            int last = answers.size();
            var answer = cache.get(path);
            assertThat(answer.statusCode()).as(TestRegistry.text(answer)).isEqualTo(200);
            assertThat(Json.parseObject(answer.body()).objects("manifests"))
                    .hasSize(last == 1 ? 1 : 0)
                    .noneMatch(descriptor -> descriptor.has("other"));
        }
    }

    @Test
    void aRegistryThatAsksToWaitIsAskedAgain() throws Exception {
        var asked = new AtomicInteger();
        String remote =
                server(exchange -> {
                    if (exchange.target().path().equals("/v2/")) {
                        exchange.empty(200);
                    } else if (asked.incrementAndGet() <= 2) { // By HEAD, and by GET after that.
                        sendAway(exchange, 1);
                    } else {
                        answerWithIndex(exchange);
                    }
                });
        TestRegistry cache = registry("cache", "--proxy-remote=" + remote);
        assertThat(cache.get(IMAGE).body()).isEqualTo(EMPTY_INDEX);
        assertThat(asked.get()).isGreaterThan(2);
    }

    @Test
    void aTagOfARegistryThatWantsNobodyForHoursIsServedAsItWas() throws Exception {
        var limited = new AtomicInteger();
        String remote =
                server(exchange -> {
                    if (exchange.target().path().equals("/v2/") || limited.get() == 0) {
                        answerWithIndex(exchange);
                    } else {
                        limited.incrementAndGet();
                        sendAway(exchange, 7200);
                    }
                });
        TestRegistry cache = registry("cache", "--proxy-remote=" + remote);
        assertThat(cache.get(IMAGE).statusCode()).isEqualTo(200);
        limited.set(1);
        assertThat(cache.get(IMAGE).body()).isEqualTo(EMPTY_INDEX);
        assertThat(limited.get()).isGreaterThan(1);
        assertThat(cache.get("/v2/a/b/manifests/other").statusCode()).isEqualTo(502);
    }
}
