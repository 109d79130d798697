package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import jong.wire.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** A registry where everybody may pull and ann may do everything. */
class AnonymousPullTest {

    private static final String ANN = basic("ann:secret");
    private static final String IMAGE = "/v2/a/b/manifests/t";
    private static final String UPLOAD = "/v2/a/b/blobs/uploads/";

    @TempDir Path directory;
    private TestRegistry registry;

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @BeforeEach
    void start() throws Exception {
        Path root = directory.resolve("root");
        try (var open = new TestRegistry(root)) {
            open.pushImage("a/b", "t", "layer");
        }
        Path users = directory.resolve("users");
        Files.writeString(users, "ann:" + BCrypt.hashpw("secret", BCrypt.gensalt("$2y", 4)));
        registry = new TestRegistry(root, "--htpasswd", users.toString(), "--anonymous-pull");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private int status(String method, String path, String... headers) throws Exception {
        return registry.send(method, path, new byte[0], headers).statusCode();
    }

    private String token(String... headers) throws Exception {
        var answer = registry.get("/token?service=x&scope=repository:a/b:pull,push", headers);
        assertThat(answer.statusCode()).as(TestRegistry.text(answer)).isEqualTo(200);
        return "Bearer " + Json.parseObject(answer.body()).string("token");
    }

    /** What docker does: it asks whether, and where, a token is to be had. */
    @Test
    void theRegistrySaysWhereTokensAre() throws Exception {
        var answer = registry.get("/v2/");
        assertThat(answer.statusCode()).isEqualTo(401);
        String host = registry.base().substring("http://".length());
        assertThat(header(answer, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"http://" + host + "/token\",service=\"" + host + "\"");
        assertThat(header(registry.get("/v2/", "X-Forwarded-Proto", "https"), "WWW-Authenticate"))
                .startsWith("Bearer realm=\"https://");
        var refused = registry.send("POST", UPLOAD, new byte[0]);
        assertThat(header(refused, "WWW-Authenticate"))
                .endsWith(",scope=\"repository:a/b:pull,push\"");
        assertThat(status("POST", "/token")).isEqualTo(405);
    }

    @Test
    void everybodyMayPullAndNothingElse() throws Exception {
        assertThat(status("GET", IMAGE)).isEqualTo(200);
        assertThat(status("POST", UPLOAD)).isEqualTo(401);
        String nobody = token();
        assertThat(status("GET", "/v2/", "Authorization", nobody)).isEqualTo(200);
        assertThat(status("GET", IMAGE, "Authorization", nobody)).isEqualTo(200);
        assertThat(status("POST", UPLOAD, "Authorization", nobody)).isEqualTo(401);
        assertThat(status("GET", "/v2/_catalog", "Authorization", nobody)).isEqualTo(401);
        assertThat(status("DELETE", IMAGE, "Authorization", nobody)).isEqualTo(401);
    }

    @Test
    void usersMayDoEverything() throws Exception {
        String ann = token("Authorization", ANN);
        for (String shown : new String[] {ann, ANN}) {
            assertThat(status("GET", "/v2/", "Authorization", shown)).isEqualTo(200);
            assertThat(status("GET", IMAGE, "Authorization", shown)).isEqualTo(200);
            assertThat(status("POST", UPLOAD, "Authorization", shown)).isEqualTo(202);
            assertThat(status("GET", "/v2/_catalog", "Authorization", shown)).isEqualTo(200);
        }
    }

    @Test
    void whoShowsSomethingWrongIsNotLetIn() throws Exception {
        assertThat(status("GET", "/token", "Authorization", basic("ann:wrong"))).isEqualTo(401);
        assertThat(status("GET", IMAGE, "Authorization", basic("ann:wrong"))).isEqualTo(401);
        String nobody = token().substring("Bearer ".length());
        String mac = nobody.substring(nobody.indexOf('.'));
        String claim = new String(Base64.getUrlDecoder().decode(nobody.split("\\.")[0]), UTF_8);
        String forged =
                Base64.getUrlEncoder().encodeToString((claim + "ann").getBytes(UTF_8)) + mac;
        for (String wrong : new String[] {forged, "", ".", "x", "a.b", "\u00e9", mac}) {
            assertThat(status("POST", UPLOAD, "Authorization", "Bearer " + wrong))
                    .as(wrong)
                    .isEqualTo(401);
            assertThat(status("GET", IMAGE, "Authorization", "Bearer " + wrong))
                    .as(wrong)
                    .isEqualTo(401);
        }
    }
}
