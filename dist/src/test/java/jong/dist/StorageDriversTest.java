package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every storage driver must do for the product, in short; the other tests run with the one
 * that the machine gets by itself, or with that of {@code -Djong.test.storage}.
 */
@Tag("root")
@ParameterizedClass
@ValueSource(strings = {"erofs", "overlay2", "vfs"})
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class StorageDriversTest {

    @Parameter String driver;
    @TempDir Path directory;

    private LocalRegistry registry;
    private Engine engine;
    private Cli cli;
    private String image;

    /** Two layers from a registry, the upper one with noise. */
    @BeforeEach
    void pull() throws IOException {
        registry = LocalRegistry.start(directory);
        image = registry.name("app");
        registry.push(NoisyImages.archive(directory, "app:1", 100_000), "app");
        engine = Engine.storing(Files.createDirectory(Engine.shortPath(Path.of("/tmp"))), driver);
        cli = engine.cli(Client.JONG);
        cli.run("pull", image).succeeded();
    }

    @AfterEach
    void removeAll() {
        cli.engine().removeContainers();
        cli.run("image prune -af").succeeded();
        assertThat(new StoreState(engine).files()).isEmpty();
        engine.close();
        registry.close();
    }

    @Test
    void containersWriteIntoTheirOwnFilesAndAreCommitted() throws IOException {
        assertThat(cli.run("info -f {{.Driver}}").line()).isEqualTo(driver);
        cli.run(
                        "run --name box " + image + " sh -c",
                        "echo kept > /new; rm /etc/passwd; rm -r /home")
                .succeeded();
        assertThat(cli.run("diff box").succeeded().lines())
                .containsExactlyInAnyOrder("A /new", "C /etc", "D /etc/passwd", "D /home");
        assertThat(cli.run("ps -as --format {{.Size}}").line()).startsWith("5B (virtual 2.");
        assertThat(cli.run("run --rm " + image + " ls -d /etc/passwd /home").lines()).hasSize(2);

        cli.run("commit box made").succeeded();
        String look = "cat /new; ls -d /etc/passwd /home 2>&1 | wc -l; ls /noise* | wc -l";
        assertThat(cli.run("run --rm made sh -c", look).succeeded().lines())
                .containsExactly("kept", "2", "1");
        Path file = directory.resolve("copied");
        cli.run("cp box:/new", file.toString()).succeeded();
        assertThat(file).hasContent("kept");
        cli.run("rm box").succeeded();
        cli.run("rmi", image).succeeded();
        assertThat(cli.run("run --rm made cat /new").line()).isEqualTo("kept");
        assertThat(new StoreState(engine).damage()).isEmpty();
    }

    @Test
    void containersOutliveTheDaemonAndItsImage() {
        cli.run("run -d --name box " + image + " sh -c", "echo 1 > /new; exec sleep 1000")
                .succeeded();
        engine.kill();
        engine.start();
        cli.run("exec box sh -c", "cat /noise* | wc -c; echo 2 >> /new").succeeded();
        engine.stop();
        engine.start();
        cli.run("rmi -f", image).succeeded();
        assertThat(cli.run("exec box cat /new").succeeded().lines()).containsExactly("1", "2");
        cli.run("restart -t 0 box").succeeded();
        assertThat(cli.run("exec box cat /new /etc/passwd").succeeded().lines())
                .startsWith("1")
                .anyMatch(line -> line.startsWith("root:"));
        assertThat(new StoreState(engine).damage()).isEmpty();
    }
}
