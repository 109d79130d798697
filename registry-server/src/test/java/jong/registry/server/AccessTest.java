package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.code;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

class AccessTest {

    @TempDir Path directory;

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private TestRegistry withUsers(String... lines) throws IOException {
        Path file = Files.write(directory.resolve("htpasswd"), List.of(lines));
        return new TestRegistry(directory.resolve("root"), "--htpasswd", file.toString());
    }

    private static String line(String user, String password, String prefix) {
        return user + ":" + BCrypt.hashpw(password, BCrypt.gensalt(prefix, 4));
    }

    @Test
    void usersOfAFileAreLetIn() throws Exception {
        try (var registry =
                withUsers(line("ann", "secret", "$2y"), line("bob", "pass:word", "$2b"))) {
            var anonymous = registry.get("/v2/");
            assertThat(anonymous.statusCode()).isEqualTo(401);
            assertThat(code(anonymous)).isEqualTo("UNAUTHORIZED");
            assertThat(header(anonymous, "WWW-Authenticate")).isEqualTo("Basic realm=\"Registry\"");
            for (String right : List.of("ann:secret", "bob:pass:word", "ann:secret")) {
                assertThat(registry.get("/v2/", "Authorization", basic(right)).statusCode())
                        .as(right)
                        .isEqualTo(200);
            }
            for (String wrong :
                    List.of("ann:Secret", "ann:", "ann", ":", "bob:secret", "eve:secret")) {
                assertThat(registry.get("/v2/", "Authorization", basic(wrong)).statusCode())
                        .as(wrong)
                        .isEqualTo(401);
            }
            for (String odd :
                    List.of("Basic", "Basic !", "Bearer x", basic("ann:" + "x".repeat(9999)))) {
                assertThat(registry.get("/v2/", "Authorization", odd).statusCode()).isEqualTo(401);
            }
        }
    }

    /** Each guess costs a bcrypt, which must not take the processors from those who are known. */
    @Test
    void whoIsKnownIsServedWhileSomebodyGuesses() throws Exception {
        try (var registry = withUsers("ann:" + BCrypt.hashpw("secret", BCrypt.gensalt("$2y", 10)));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(status(registry, basic("ann:secret"))).isEqualTo(200);
            List<Future<Integer>> guesses = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String guess = basic("ann:" + i);
                guesses.add(threads.submit(() -> status(registry, guess)));
            }
            assertThat(status(registry, basic("ann:secret"))).isEqualTo(200);
            int refused = 0;
            for (var guess : guesses) {
                assertThat(guess.get()).isIn(401, 429);
                refused += guess.get() == 429 ? 1 : 0;
            }
            assertThat(refused).isPositive();
        }
    }

    @Test
    void aChangedFileCountsAtOnce() throws Exception {
        try (var registry = withUsers(line("ann", "old", "$2y"))) {
            assertThat(registry.get("/v2/", "Authorization", basic("ann:old")).statusCode())
                    .isEqualTo(200);
            Path file = directory.resolve("htpasswd");
            Files.writeString(file, line("ann", "new", "$2y") + "\n");
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(registry.get("/v2/", "Authorization", basic("ann:old")).statusCode())
                    .isEqualTo(401);
            assertThat(registry.get("/v2/", "Authorization", basic("ann:new")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void otherHashesThanBcryptAreRefused() {
        assertThatThrownBy(() -> withUsers("ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="))
                .hasMessageContaining("every line must be USER:HASH with a bcrypt hash");
    }

    private static ECKey key(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private TestRegistry withTokens(ECKey key) throws IOException {
        Path file = directory.resolve("jwks.json");
        Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        return new TestRegistry(
                directory.resolve("root"),
                "--delete",
                "--token-realm=https://auth.example/token",
                "--token-service=registry.example",
                "--token-issuer=issuer.example",
                "--token-jwks=" + file);
    }

    private static JWTClaimsSet.Builder claims(String name, String... actions) {
        return new JWTClaimsSet.Builder()
                .issuer("issuer.example")
                .audience("registry.example")
                .subject("ann")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .claim(
                        "access",
                        List.of(
                                Map.of(
                                        "type",
                                        "repository",
                                        "name",
                                        name,
                                        "actions",
                                        List.of(actions))));
    }

    private static String signed(ECKey key, JWSHeader header, JWTClaimsSet claims)
            throws JOSEException {
        var token = new SignedJWT(header, claims);
        token.sign(new ECDSASigner(key));
        return "Bearer " + token.serialize();
    }

    private static String token(ECKey key, JWTClaimsSet claims) throws JOSEException {
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
        return signed(key, header, claims);
    }

    @Test
    void tokensGiveTheLeaveThatTheyName() throws Exception {
        ECKey key = key("one");
        try (var registry = withTokens(key)) {
            var anonymous = registry.get("/v2/a/b/tags/list");
            assertThat(anonymous.statusCode()).isEqualTo(401);
            assertThat(header(anonymous, "WWW-Authenticate"))
                    .isEqualTo(
                            "Bearer realm=\"https://auth.example/token\","
                                    + "service=\"registry.example\",scope=\"repository:a/b:pull\"");
            String pull = token(key, claims("a/b", "pull").build());
            String push = token(key, claims("a/b", "pull", "push").build());
            assertThat(registry.get("/v2/", "Authorization", pull).statusCode()).isEqualTo(200);
            var refused =
                    registry.send(
                            "POST", "/v2/a/b/blobs/uploads/", new byte[0], "Authorization", pull);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(header(refused, "WWW-Authenticate"))
                    .contains("scope=\"repository:a/b:pull,push\"")
                    .endsWith("error=\"insufficient_scope\"");
            assertThat(
                            registry.send(
                                            "POST",
                                            "/v2/a/b/blobs/uploads/",
                                            new byte[0],
                                            "Authorization",
                                            push)
                                    .statusCode())
                    .isEqualTo(202);
            for (String path : List.of("/v2/a/c/tags/list", "/v2/_catalog")) {
                assertThat(registry.get(path, "Authorization", push).statusCode())
                        .as(path)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void aMountNeedsLeaveToReadWhereTheBlobIs() throws Exception {
        ECKey key = key("one");
        try (var registry = withTokens(key)) {
            byte[] content = "secret layer".getBytes(UTF_8);
            Digest digest = Digest.sha256(content);
            String owner = token(key, claims("theirs", "pull", "push").build());
            String pushPath = "/v2/theirs/blobs/uploads/?digest=" + digest;
            assertThat(
                            registry.send("POST", pushPath, content, "Authorization", owner)
                                    .statusCode())
                    .isEqualTo(201);
            String thief = token(key, claims("mine", "pull", "push").build());
            for (String from : List.of("&from=theirs", "")) {
                String path = "/v2/mine/blobs/uploads/?mount=" + digest + from;
                assertThat(
                                registry.send("POST", path, new byte[0], "Authorization", thief)
                                        .statusCode())
                        .isEqualTo(202);
            }
            assertThat(
                            registry.get("/v2/mine/blobs/" + digest, "Authorization", thief)
                                    .statusCode())
                    .isEqualTo(404);
        }
    }

    /** Among others CVE-2025-24976: a token that brings the key to check it with. */
    @Test
    void forgedTokensAreRefused() throws Exception {
        ECKey key = key("one");
        ECKey foreign = key("one");
        ECKey other = key("two");
        JWTClaimsSet good = claims("a/b", "pull").build();
        var own =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("mine")
                        .jwk(foreign.toPublicJWK())
                        .build();
        var ownUrl =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("one")
                        .jwkURL(java.net.URI.create("http://127.0.0.1:1/keys"))
                        .build();
        var shared =
                new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), good);
        shared.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(UTF_8)));
        try (var registry = withTokens(key)) {
            assertThat(status(registry, token(key, good))).isEqualTo(200);
            for (String forged :
                    List.of(
                            token(foreign, good),
                            token(other, good),
                            signed(foreign, own, good),
                            signed(foreign, ownUrl, good),
                            "Bearer " + shared.serialize(),
                            "Bearer " + new PlainJWT(good).serialize(),
                            token(key, claims("a/b", "pull").issuer("eve").build()),
                            token(key, claims("a/b", "pull").audience("other").build()),
                            token(key, claims("a/b", "pull").expirationTime(null).build()),
                            token(
                                    key,
                                    claims("a/b", "pull")
                                            .expirationTime(
                                                    Date.from(Instant.now().minusSeconds(120)))
                                            .build()),
                            token(
                                    key,
                                    claims("a/b", "pull")
                                            .notBeforeTime(
                                                    Date.from(Instant.now().plusSeconds(120)))
                                            .build()),
                            "Bearer",
                            "Bearer ",
                            "Bearer a.b.c",
                            "Bearer " + "a".repeat(60_000))) {
                assertThat(status(registry, forged)).as(forged).isEqualTo(401);
            }
        }
    }

    private static int status(TestRegistry registry, String authorization)
            throws IOException, InterruptedException {
        return registry.get("/v2/", "Authorization", authorization).statusCode();
    }

    @Test
    void brokenTokensAreRefused() throws Exception {
        ECKey key = key("one");
        long seed = System.nanoTime();
        var random = new Random(seed);
        String letters = "AZaz09-_.=";
        try (var registry = withTokens(key)) {
            String good = token(key, claims("a/b", "pull").build());
            for (int i = 0; i < 300; i++) {
                var broken = new StringBuilder(good);
                int at =
                        "Bearer ".length() + random.nextInt(good.length() - "Bearer ".length() - 1);
                char letter = letters.charAt(random.nextInt(letters.length()));
                if (broken.charAt(at) != letter) {
                    broken.setCharAt(at, letter);
                    assertThat(status(registry, broken.toString()))
                            .as("seed " + seed + " " + broken)
                            .isEqualTo(401);
                }
            }
        }
    }
}
