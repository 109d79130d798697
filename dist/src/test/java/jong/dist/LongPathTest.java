package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Directories whose paths are longer than the 107 bytes of a unix socket's address. */
@Tag("root")
class LongPathTest {

    private static final String LONG = "long".repeat(50);

    @Test
    void containersRunBelowALongExecRoot() throws IOException {
        var directory = Files.createDirectory(Engine.shortPath(Path.of("/tmp")));
        var run = directory.resolve(LONG).toString();
        try (var engine = Engine.at(directory, "--exec-root", run)) {
            var cli = engine.cli(Client.DOCKER);
            cli.run("load -i", Fixtures.busybox().toString()).succeeded();
            assertThat(cli.sh("echo deep")).isEqualTo("deep");
            cli.run("run -di --name steady busybox sh").succeeded();
            assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
            engine.kill();
            engine.start();
            try (var attached = cli.start("attach steady")) {
                attached.type("echo again\n").expect("again");
            }
        }
    }

    @Test
    void socketThatCannotBeNamedIsRefusedByName() throws IOException {
        var directory = Files.createDirectory(Engine.shortPath(Path.of("/tmp")));
        var socket = directory.resolve(LONG).toString();
        try {
            var words =
                    List.of(
                            Product.launcher("jongd").toString(),
                            "-H",
                            "unix://" + socket,
                            "--bridge",
                            "none",
                            "--data-root",
                            directory.resolve("data").toString(),
                            "--exec-root",
                            directory.resolve("run").toString(),
                            "--pidfile",
                            directory.resolve("pid").toString());
            assertThat(Command.of(words.toArray(String[]::new)).run().exitedWith(1).err())
                    .contains(
                            "failed to start daemon: unix socket path \""
                                    + socket
                                    + "\" is too long");
        } finally {
            Command.of("rm", "-r", directory.toString()).run().succeeded();
        }
    }
}
