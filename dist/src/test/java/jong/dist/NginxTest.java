package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a real image: nginx from Debian packages, pulled from a registry. */
@BlackBox
class NginxTest {

    @TempDir static Path directory;
    private static LocalRegistry registry;

    private final Cli cli;
    private final String image;

    NginxTest(Client client, Engine engine) {
        cli = engine.cli(client);
        image = registry.name("nginx");
    }

    @BeforeAll
    static void startRegistry() {
        if (registry == null) { // Called once for each client.
            registry = LocalRegistry.start(directory);
            registry.push(Fixtures.nginx(), "nginx");
        }
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
        registry = null;
    }

    @AfterEach
    void removeImage() {
        cli.engine().removeContainers();
        cli.run("rmi -f", image);
    }

    @Test
    void pullShowsEachLayerAndTheDigest() {
        var result = cli.run("pull", image).succeeded();
        assertThat(Pattern.compile("[0-9a-f]{12}: Pull complete").matcher(result.out()).results())
                .hasSize(3);
        assertThat(result.out())
                .contains("Using default tag: latest", "latest: Pulling from nginx")
                .containsPattern("Digest: sha256:[0-9a-f]{64}")
                .contains("Status: Downloaded newer image for " + image + ":latest");
        assertThat(cli.run("pull", image).succeeded().out())
                .contains("Status: Image is up to date for " + image + ":latest");
    }

    @Test
    void progressOfAPullIsDrawnOnATerminal() {
        try (var pull = cli.startOnTerminal(40, 120, "pull", image)) {
            assertThat(pull.status()).isZero();
            assertThat(pull.output()).contains("Downloading", "Pull complete", "\u001b[");
        }
    }

    @Test
    void runPullsServesAndObeysItsLimits() {
        var run = cli.run("run -d -p 28083:80 --name web -m 64m --cpus 0.5", image).succeeded();
        assertThat(run.err()).contains("Unable to find image '" + image + ":latest' locally");
        assertThat(curl("http://127.0.0.1:28083/")).isEqualTo("<h1>nginx in a container</h1>");
        assertThat(cli.run("exec web cat /etc/debian_version").succeeded().line()).startsWith("12");
        assertThat(cli.run("logs web").succeeded().out()).contains("GET / HTTP/1.1");
        cli.run("stop web").succeeded();
        assertThat(cli.inspect("web", "{{.State.ExitCode}}")).isEqualTo("0");
    }

    @Test
    void namesResolveAndConnectionsLeaveByTheHostsAddress() {
        cli.run("run -d --name web", image).succeeded();
        cli.run("exec web curl -sSf -m 30 -o /dev/null http://deb.debian.org/debian/").succeeded();
    }

    @Test
    void missingTagIsNamed() {
        assertThat(cli.run("pull", image + ":none").exitedWith(1).err())
                .contains("manifest for " + image + ":none not found: manifest unknown");
    }

    private static String curl(String url) {
        return Command.of(
                        "curl",
                        "-sS",
                        "-m",
                        "30",
                        "--retry",
                        "20",
                        "--retry-delay",
                        "0",
                        "--retry-all-errors",
                        "--retry-max-time",
                        "30",
                        url)
                .run()
                .succeeded()
                .line();
    }
}
