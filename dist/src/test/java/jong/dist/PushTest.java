package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images go to a registry that wants a password, and come back. */
@BlackBox
class PushTest {

    @TempDir static Path directory;
    private static LocalRegistry registry;

    private final Cli cli;
    private final String image;

    PushTest(Client client, Engine engine) {
        cli = engine.cli(client);
        image = registry.name("some/busybox");
    }

    @BeforeAll
    static void startRegistry() {
        if (registry == null) { // Called once for each client.
            registry = LocalRegistry.startWithPassword(directory);
        }
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
        registry = null;
    }

    @AfterEach
    void forget() {
        cli.engine().removeContainers();
        cli.run("logout", registry.domain());
        cli.run("rmi -f", image + ":1", image + ":2");
    }

    @Test
    void pushedImageComesBackWithItsDigest() {
        cli.run("login -u user -p secret", registry.domain()).succeeded();
        cli.run("tag busybox", image + ":1").succeeded();
        var pushed = cli.run("push", image + ":1").succeeded().out();
        assertThat(pushed)
                .startsWith("The push refers to repository [" + image + "]")
                .containsPattern("[0-9a-f]{12}: (Pushed|Layer already exists)")
                .containsPattern("1: digest: sha256:[0-9a-f]{64} size: [0-9]+");
        var digest = pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
        assertThat(cli.run("images --digests", image).succeeded().out()).contains(digest);

        cli.run("rmi", image + ":1").succeeded();
        assertThat(cli.run("pull", image + ":1").succeeded().out()).contains("Digest: " + digest);
        assertThat(cli.run("run --rm", image + ":1", "echo", "back").succeeded().line())
                .isEqualTo("back");

        cli.run("tag", image + ":1", image + ":2").succeeded();
        assertThat(cli.run("push -q -a", image).succeeded().line()).isEqualTo(image);
        cli.run("rmi", image + ":1", image + ":2").succeeded();
        assertThat(cli.run("pull -a", image).succeeded().out())
                .contains("1: Pulling from some/busybox", "2: Pulling from some/busybox");
    }

    @Test
    void wrongPasswordIsRefused() {
        assertThat(cli.run("login -u user -p wrong", registry.domain()).exitedWith(1).err())
                .contains("/v2/ failed with status: 401 Unauthorized");
    }

    @Test
    void strangersAreRefused() {
        cli.run("tag busybox", image + ":1").succeeded();
        assertThat(cli.run("push", image + ":1").exitedWith(1).err())
                .contains("no basic auth credentials");
        assertThat(cli.run("pull", image + ":3").exitedWith(1).err())
                .contains("/v2/some/busybox/manifests/3\": no basic auth credentials");
    }
}
