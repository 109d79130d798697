package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of commands of the docker CLI on images, volumes and networks, one after the other, and
 * all that they say: the same with Jong as with dockerd, but for the differences that the files
 * list with their reasons ({@link Comparison}).
 *
 * <p>With {@code -Djong.test.peer} it is a dockerd that is asked, so that what is expected of Jong
 * can be proved; {@code -Djong.golden=update} writes what is said into the file.
 */
@Tag("root")
@ExtendWith(SharedEngine.class)
class ComparisonTest {

    private static final Path DIRECTORY = Path.of("src/test/comparisons").toAbsolutePath();
    private static final boolean UPDATE = "update".equals(System.getProperty("jong.golden"));

    @TempDir private Path directory;

    private final Cli cli;

    ComparisonTest(Engine engine) {
        cli = engine.cli(Client.DOCKER);
    }

    @AfterEach
    void removeAll() {
        cli.engine().removeContainers();
        for (String name : cli.run("network ls -q -f name=cmp").succeeded().lines()) {
            cli.run("network rm", name).succeeded();
        }
        for (String name : cli.run("volume ls -q -f name=cmp").succeeded().lines()) {
            cli.run("volume rm", name).succeeded();
        }
        for (String name : cli.run("images --format {{.Repository}}:{{.Tag}}").lines()) {
            if (name.contains("cmp")) {
                cli.run("rmi -f", name);
            }
        }
        cli.run("image prune -f").succeeded();
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
    }

    @TestFactory
    Stream<DynamicTest> commandsOnImagesSayWhatDockerSays() throws IOException {
        return compare(Comparison.read(DIRECTORY.resolve("images.txt")));
    }

    @TestFactory
    Stream<DynamicTest> commandsOnVolumesSayWhatDockerSays() throws IOException {
        return compare(Comparison.read(DIRECTORY.resolve("volumes.txt")));
    }

    @TestFactory
    Stream<DynamicTest> commandsOnNetworksSayWhatDockerSays() throws IOException {
        return compare(Comparison.read(DIRECTORY.resolve("networks.txt")));
    }

    private Stream<DynamicTest> compare(Comparison comparison) throws IOException {
        Path work = Files.createDirectory(directory.resolve("work"));
        var registry = LocalRegistry.start(Files.createDirectory(directory.resolve("registry")));
        var text = new NormalText(work, registry.domain(), version());
        Map<String, String> environment = environment(work, registry);
        return comparison.rows().stream()
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.command(), () -> compare(row, text, environment)))
                .onClose(() -> {
                    registry.close();
                    if (UPDATE) {
                        comparison.write();
                    }
                });
    }

    private static void compare(
            Comparison.Row row, NormalText text, Map<String, String> environment) {
        String script = ". " + DIRECTORY.resolve("prelude.sh") + "\n" + text.script(row.command());
        Result result = new Command(List.of("bash", "-c", script), environment).run();
        List<String> said = text.lines(row.command(), result);
        boolean ofJong = Engine.peer() == null;
        if (UPDATE) {
            row.update(ofJong, said);
        }
        assertThat(said).isEqualTo(row.expected(ofJong));
    }

    private Map<String, String> environment(Path work, LocalRegistry registry) {
        Map<String, String> environment = new HashMap<>(cli.engine().clientEnvironment());
        environment.put("SOCKET", environment.get("DOCKER_HOST").replace("unix://", ""));
        environment.put("REGISTRY", registry.domain());
        environment.put("WORK", work.toString());
        environment.put("TZ", "UTC");
        return environment;
    }

    private String version() {
        return cli.run("version -f {{.Server.Version}}").succeeded().line();
    }
}
