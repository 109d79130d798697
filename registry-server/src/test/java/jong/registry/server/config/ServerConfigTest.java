package jong.registry.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {

    @TempDir Path directory;

    private static ServerConfig of(String... flags) throws UsageException, IOException {
        return ServerConfig.of(List.of(flags), Map.of());
    }

    @Test
    void withoutOptionsItServesTheLoopback() throws Exception {
        var config = of();
        assertThat(config.listen()).hasToString("[127.0.0.1:5000]");
        assertThat(config.root()).hasToString("/var/lib/jong-registry");
        assertThat(config.deletable()).isFalse();
        assertThat(config.maxManifestBytes()).isEqualTo(4 << 20);
        assertThat(config.collection().grace()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void flagsComeBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        Path file = directory.resolve("config.json");
        Files.writeString(
                file,
                "{\"root\":\"/file\",\"listen\":[\"127.0.0.1:1\",\"127.0.0.1:2\"],"
                        + "\"delete\":true,\"gc-grace\":\"2m\"}");
        var environment =
                Map.of(
                        "JONG_REGISTRY_CONFIG", file.toString(),
                        "JONG_REGISTRY_ROOT", "/environment",
                        "JONG_REGISTRY_GC_GRACE", "3m");
        var config = ServerConfig.of(List.of("--gc-grace=4m"), environment);
        assertThat(config.root()).hasToString("/environment");
        assertThat(config.listen()).hasSize(2);
        assertThat(config.deletable()).isTrue();
        assertThat(config.collection().grace()).isEqualTo(Duration.ofMinutes(4));
    }

    private static void refuses(String message, String... flags) {
        assertThatThrownBy(() -> of(flags))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        refuses("unknown flag: --nonsense", "--nonsense");
        refuses("unknown flag: serve", "serve");
        refuses("flag needs an argument: --root", "--root");
        refuses("invalid value \"x\" of option listen: not HOST:PORT", "--listen", "x");
        refuses("not a time", "--gc-grace", "1");
        refuses("not a time", "--upload-age", "-1h");
        refuses("shorter than 60s", "--gc-grace", "59s");
        refuses("not between", "--max-manifest-size", "1g");
        refuses("not between", "--max-manifest-size", "0");
        refuses("not a size", "--max-manifest-size", "much");
        refuses("tls-cert and tls-key", "--tls-key", "k");
        refuses("must be given together", "--token-realm", "r");
        refuses("not a URL", "--notify", "file:///etc/passwd");
        refuses("not a URL", "--proxy-remote", "registry");
        refuses("anonymous-pull needs htpasswd", "--anonymous-pull");
        refuses("given twice", "--proxy-remote=http://a", "--proxy-remote=http://b");
        refuses("no domain", "--proxy-remote=a:-b=http://a");
        refuses("no proxy-remote names: b", "--proxy-remote=a=http://a", "--proxy-username=b=ann");
        refuses("neither true nor false", "--delete=maybe");
    }
}
