package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code diff}, {@code export} and {@code commit}; expected values are dockerd 26.1's. */
@BlackBox
class CommitTest {

    private final Cli cli;

    CommitTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @AfterEach
    void removeAll() {
        cli.engine().removeContainers();
        cli.run("rmi -f made:1 made:2");
    }

    @Test
    void diffTellsAddedChangedAndDeletedFiles() {
        run("echo x > /new; chmod 700 /tmp; rm /etc/passwd; mkdir -p /d/e");
        assertThat(cli.run("diff box").succeeded().lines())
                .containsExactlyInAnyOrder(
                        "A /new", "C /tmp", "C /etc", "D /etc/passwd", "A /d", "A /d/e");
    }

    @Test
    void diffOfAnUnchangedContainerIsEmpty() {
        run("true");
        assertThat(cli.run("diff box").succeeded().out()).isEmpty();
    }

    @Test
    void committedImageHasTheFilesAndTheSettings() {
        run("echo kept > /new; rm /etc/passwd");
        assertThat(cli.run("commit -a me -m why box made:1").succeeded().line())
                .matches("sha256:[0-9a-f]{64}");
        assertThat(cli.run("run --rm made:1 sh -c", "cat /new; ls /etc/passwd 2>&1").out())
                .contains("kept\n", "No such file");
        assertThat(cli.inspect("made:1", "{{.Author}} {{.Comment}} {{len .RootFS.Layers}}"))
                .isEqualTo("me why 2");
        assertThat(cli.inspect("made:1", "{{.DockerVersion}}"))
                .isEqualTo(cli.run("version -f {{.Server.Version}}").line());
        assertThat(cli.run("commit box sha256").exitedWith(1).err())
                .contains("refusing to create an ambiguous tag using digest algorithm as name");
        assertThat(cli.run("history --format", "{{.CreatedBy}}|{{.Comment}}", "made:1").lines())
                .first()
                .isEqualTo("sh -c echo kept > /new; rm /etc/passwd|why");
    }

    @Test
    void changesAreInstructionsOfADockerfile() {
        run("true");
        cli.run(
                        "commit -c",
                        "ENTRYPOINT [\"sh\",\"-c\"]",
                        "-c",
                        "ENV A=1 B=$PATH:/x",
                        "-c",
                        "WORKDIR sub",
                        "-c",
                        "EXPOSE 80",
                        "-c",
                        "LABEL two=\"a b\"",
                        "box",
                        "made:2")
                .succeeded();
        assertThat(
                        cli.inspect(
                                "made:2",
                                "{{json .Config.Entrypoint}} {{json .Config.Cmd}}"
                                        + " {{.Config.WorkingDir}} {{json .Config.ExposedPorts}}"
                                        + " {{.Config.Labels.two}} {{index .Config.Env 1}}"))
                .isEqualTo("[\"sh\",\"-c\"] null /sub {\"80/tcp\":{}} a b A=1");
        assertThat(cli.run("run --rm made:2", "echo $B").succeeded().line()).endsWith(":/x");
        assertThat(cli.run("commit -c", "RUN x", "box").exitedWith(1).err())
                .contains("RUN is not a valid change command");
    }

    @Test
    void exportHasTheFilesOfTheContainer(@TempDir Path directory) {
        run("echo x > /new; rm /etc/passwd");
        String archive = directory.resolve("exported.tar").toString();
        cli.run("export -o", archive, "box").succeeded();
        cli.run("import", archive, "made:1").succeeded();
        assertThat(cli.run("run --rm made:1 sh -c", "cat /new; ls /etc/passwd 2>&1").out())
                .contains("x\n", "No such file");
    }

    private void run(String script) {
        cli.run("run --name box busybox sh -c", script).succeeded();
    }
}
