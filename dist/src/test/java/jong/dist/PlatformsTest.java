package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name in a registry that is an image for two platforms. */
@BlackBox
class PlatformsTest {

    @TempDir static Path directory;
    private static LocalRegistry registry;

    private final Cli cli;
    private final String image;

    PlatformsTest(Client client, Engine engine) {
        cli = engine.cli(client);
        image = registry.name("many");
    }

    @BeforeAll
    static void startRegistry() {
        if (registry == null) { // Called once for each client.
            registry = LocalRegistry.start(directory);
        }
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
        registry = null;
    }

    @BeforeEach
    void publish() {
        var root = Fixtures.busyboxRoot().toString();
        for (String architecture : new String[] {"amd64", "arm64"}) {
            var tag = image + ":" + architecture;
            cli.run("import --platform linux/" + architecture, root, tag).succeeded();
            cli.run("push", tag).succeeded();
        }
        var jong = cli.engine().cli(Client.JONG);
        jong.run("manifest create -a --insecure", image, image + ":amd64", image + ":arm64")
                .succeeded();
        jong.run("manifest push -p --insecure", image).succeeded();
        cli.run("rmi", image + ":amd64", image + ":arm64").succeeded();
    }

    @AfterEach
    void forget() {
        cli.engine().removeContainers();
        for (String id : cli.run("images -aq", image).lines()) {
            cli.run("rmi -f", id);
        }
    }

    @Test
    void treeTellsWhichPlatformsAreHere() {
        cli.run("pull", image).succeeded();
        assertThat(cli.run("images --tree", image).succeeded().out())
                .containsPattern("many:latest +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+MB")
                .containsPattern("├─ linux/amd64 +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+MB")
                .containsPattern("└─ linux/arm64 +[0-9a-f]{12} +0B +0B");
        assertThat(cli.run("images --tree -q").exitedWith(1).err())
                .contains("--quiet is not yet supported with --tree");
        assertThat(cli.run("image inspect --platform linux/arm64", image).exitedWith(1).err())
                .contains("was found but does not provide the specified platform (linux/arm64)");
    }

    @Test
    void otherPlatformIsFoundByTheSameName(@TempDir Path saved) {
        cli.run("pull", image).succeeded();
        cli.run("pull --platform linux/arm64", image).succeeded();
        var format = "{{.Architecture}}";
        assertThat(cli.run("image inspect -f", format, image).line()).isEqualTo("arm64");
        assertThat(
                        cli.run("image inspect --platform linux/amd64 -f", format, image)
                                .succeeded()
                                .line())
                .isEqualTo("amd64");
        assertThat(cli.run("run --rm --platform linux/amd64", image, "echo", "here").line())
                .isEqualTo("here");
        var archive = saved.resolve("saved.tar").toString();
        cli.run("save --platform linux/amd64 -o", archive, image).succeeded();
        assertThat(cli.run("load --platform linux/arm64 -i", archive).exitedWith(1).err())
                .contains("no image for linux/arm64 in archive");
        cli.run("load --platform linux/amd64 -i", archive).succeeded();
        assertThat(cli.run("image inspect -f", format, image).line()).isEqualTo("amd64");
        cli.run("rmi --platform linux/arm64", image).succeeded();
        assertThat(cli.run("images -aq", image).lines()).hasSize(1);
    }

    @Test
    void otherPlatformIsFoundByOtherNamesAndById(@TempDir Path saved) {
        var second = registry.name("second");
        cli.run("pull --platform linux/arm64", image).succeeded();
        cli.run("pull --platform linux/amd64", image).succeeded();
        cli.run("tag", image, second).succeeded();
        cli.run("pull --platform linux/arm64", image).succeeded();
        var format = "{{.Architecture}}";
        var id = cli.inspect(second, "{{.Id}}");
        for (String known : new String[] {second, id}) {
            assertThat(cli.run("image inspect -f", format, known).line()).isEqualTo("amd64");
            assertThat(
                            cli.run("image inspect --platform linux/arm64 -f", format, known)
                                    .succeeded()
                                    .line())
                    .isEqualTo("arm64");
            var archive = saved.resolve("saved.tar").toString();
            cli.run("save --platform linux/arm64 -o", archive, known).succeeded();
        }
        assertThat(cli.run("images --tree", second).succeeded().out())
                .containsPattern("second:latest +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+MB")
                .containsPattern("├─ linux/amd64 +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+MB")
                .containsPattern("└─ linux/arm64 +[0-9a-f]{12} +[0-9.]+MB +[0-9.]+MB");
        cli.run("push --platform linux/arm64", second).succeeded();
        cli.run("rmi", second).succeeded();
        cli.run("pull", second).succeeded();
        assertThat(cli.inspect(second, format)).isEqualTo("arm64");
        cli.run("rmi", second).succeeded();
    }
}
