package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.LocalContentStore;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's docker-registry, which verifies each token, and a service that issues them. */
class TokenAuthTest {

    private static final RegistryAuth USER = new RegistryAuth("user", "secret", "", "");

    @TempDir Path directory;

    private TokenServer tokens;
    private DockerRegistry registry;
    private RegistryClient client;
    private LocalContentStore store;
    private Descriptor blob;

    @BeforeEach
    void start() throws Exception {
        tokens = new TokenServer(directory);
        registry = DockerRegistry.start(directory, tokens.configuration());
        client = new RegistryClient(RegistryOptions.DEFAULT);
        store = new LocalContentStore(directory.resolve("store"));
        byte[] bytes = "a layer".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        blob = Descriptor.of("", store.put(bytes), bytes.length);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        registry.close();
        tokens.close();
    }

    @Test
    void rightsAreAskedForAsTheyAreNeeded() throws Exception {
        Repository one = repository("one", USER, Purpose.PUSH);
        assertThat(one.pushBlob(blob, store, List.of(), SilentListener.INSTANCE)).isEmpty();
        assertThat(tokens.requests)
                .containsExactly(
                        "GET service=test-registry&scope=repository:one:pull,push&account=user");

        Repository two = repository("two", USER, Purpose.PUSH);
        assertThat(two.pushBlob(blob, store, List.of("one"), SilentListener.INSTANCE))
                .isEqualTo("one");
        assertThat(tokens.requests)
                .last()
                .asString()
                .contains("scope=repository:one:pull&scope=repository:two:pull,push");
        assertThat(two.hasBlob(blob.digest())).isTrue();
        assertThat(two.hasBlob(Digest.sha256(new byte[1]))).isFalse();
    }

    @Test
    void strangersMayPullWhatIsPublicAndPushNothing() throws Exception {
        repository("public/app", USER, Purpose.PUSH)
                .pushBlob(blob, store, List.of(), SilentListener.INSTANCE);
        Repository stranger = repository("public/app", RegistryAuth.ANONYMOUS, Purpose.PUSH);
        assertThat(stranger.hasBlob(blob.digest())).isTrue();
        assertThatThrownBy(() -> stranger.pushBlob(blob, store, List.of(), SilentListener.INSTANCE))
                .isInstanceOf(StatusException.class)
                .hasMessage("denied: requested access to the resource is denied");
        assertThatThrownBy(() ->
                        repository("app", RegistryAuth.ANONYMOUS, Purpose.PULL).manifest("v1"))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage(
                        "pull access denied for "
                                + registry.domain()
                                + "/app, repository does not exist or may require 'docker login':"
                                + " denied: requested access to the resource is denied");
    }

    @Test
    void loginGivesATokenThatStandsForThePassword() throws Exception {
        String token = client.login(registry.domain(), USER);
        assertThat(token).isEqualTo(TokenServer.REFRESH_TOKEN);
        assertThat(tokens.requests)
                .containsExactly(
                        "GET service=test-registry&offline_token=true&client_id=jong&account=user");

        var identity = new RegistryAuth("", "", token, "");
        repository("one", identity, Purpose.PUSH)
                .pushBlob(blob, store, List.of(), SilentListener.INSTANCE);
        assertThat(tokens.requests)
                .last()
                .asString()
                .isEqualTo(
                        "POST grant_type=refresh_token&client_id=jong&service=test-registry"
                                + "&scope=repository:one:pull,push&refresh_token="
                                + token);
        assertThat(client.login(registry.domain(), identity)).isEqualTo(token);
    }

    @Test
    void wrongPasswordsAreToldWithoutThem() {
        var wrong = new RegistryAuth("user", "not-the-secret", "", "");
        assertThatThrownBy(() -> client.login(registry.domain(), wrong))
                .isInstanceOf(StatusException.Unauthenticated.class)
                .hasMessage(
                        "Get \"http://"
                                + registry.domain()
                                + "/v2/\": unauthorized: incorrect username or password");
        assertThatThrownBy(() -> repository("one", wrong, Purpose.PULL).resolve("v1"))
                .hasMessage(
                        "Head \"http://"
                                + registry.domain()
                                + "/v2/one/manifests/v1\": unauthorized: incorrect username or"
                                + " password");
    }

    private Repository repository(String path, RegistryAuth auth, Purpose purpose) {
        return client.repository(Reference.parse(registry.domain() + "/" + path), auth, purpose);
    }

    /** ECR says by 400 that it knows no OAuth, others by 404 or 405. */
    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405})
    void servicesWithoutOauthAreAskedWithThePassword(int refusal) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (var server = new ScriptedServer();
                var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            String base = "http://127.0.0.1:" + server.port();
            server.on(
                    "/v2/app/",
                    exchange -> {
                        if (exchange.header("Authorization").equals("Bearer good")) {
                            exchange.answer(200, "{\"tags\":[\"v1\"]}".getBytes(UTF_8));
                            return;
                        }
                        exchange.with("WWW-Authenticate", "Bearer realm=\"" + base + "/token\"");
                        exchange.answer(401, new byte[0]);
                    });
            server.on(
                    "/token",
                    exchange -> {
                        asked.add(exchange.method + " " + exchange.header("Authorization"));
                        boolean get = exchange.method.equals("GET");
                        exchange.answer(
                                get ? 200 : refusal, "{\"token\":\"good\"}".getBytes(UTF_8));
                    });
            var reference = Reference.parse("127.0.0.1:" + server.port() + "/app");
            var auth = new RegistryAuth("AWS", "hours", "identity", "");
            assertThat(client.repository(reference, auth).tags()).containsExactly("v1");
        }
        assertThat(asked).containsExactly("POST ", "GET Basic QVdTOmhvdXJz");
    }
}
