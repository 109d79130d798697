package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no container. Texts and statuses are those of runc. */
final class RuntimeMainTest {

    @TempDir private Path directory;
    private Runc runc;

    @BeforeEach
    void prepare() throws IOException {
        runc = new Runc(directory);
    }

    @Test
    void whatCannotBeUnderstoodIsAnErrorWithTheHelpBeforeIt() throws IOException {
        check(1, "flag provided but not defined: -foo", "--foo");
        check(3, "No help topic for 'foo'", "foo");
        check(1, "flag needs an argument: -root", "--root");
        check(1, "jong-runc: \"start\" requires exactly 1 argument(s)", "start");
        check(1, "jong-runc: \"exec\" requires a minimum of 1 argument(s)", "exec");
        check(1, "jong-runc: \"kill\" requires a maximum of 2 argument(s)", "kill", "a", "9", "b");
        check(1, "invalid log-format: xml", "--log-format", "xml", "list");
        assertThat(runc.run("start", "--what", "x").out())
                .startsWith("Incorrect Usage: flag provided but not defined: -what\n\nNAME:\n")
                .contains("jong-runc start - executes the user defined process");
    }

    @Test
    void idsAreNamesOfFilesAndNothingElse() throws IOException {
        for (String id : List.of("a/b", "..", ".", "a b", "ä", "a\n")) {
            check(1, "invalid container ID format", "state", id);
            check(1, "invalid container ID format", "delete", "--force", id);
            check(1, "runc run failed: invalid container ID format", "run", id);
        }
        check(1, "container id cannot be empty", "state", "");
        check(1, "container does not exist", "state", "a+b_c.d-e");
    }

    @Test
    void aFileInPlaceOfTheRootIsToldToBeOne() throws IOException {
        Path file = Files.createFile(runc.state("none").getParent());
        check(1, file + ": not a directory", "list");
        check(
                1,
                "runc create failed: " + file + ": file exists",
                "create",
                "-b",
                runc.bundle.toString(),
                "x");
    }

    @Test
    void versionIsWhatCallersParse() throws IOException {
        assertThat(runc.run("--version").succeeded().out().lines())
                .first()
                .isEqualTo("jong-runc version 0.1.0");
        assertThat(runc.run("-v").succeeded().out()).contains("\ncommit: v0.1.0\nspec: 1.3.0\n");
    }

    @Test
    void featuresArePrinted() throws IOException {
        JsonObject features = runc.run("features").succeeded().json();
        assertThat(features).isEqualTo(Features.describe());
        assertThat(features.strings("mountOptions")).contains("ro", "rbind", "rro", "tmpcopyup");
        assertThat(features.object("linux").strings("capabilities")).contains("CAP_BPF");
    }

    @Test
    void specIsNotOverwritten() throws IOException {
        check(1, "File config.json exists. Remove it first", "spec", "-b", runc.bundle.toString());
    }

    @Test
    void specForAnOrdinaryUserMapsThatUserAlone() throws IOException {
        String bundle = Files.createDirectory(directory.resolve("rootless")).toString();
        runc.run("spec", "--rootless", "-b", bundle).succeeded();
        JsonObject config = Json.parseObject(Files.readString(Path.of(bundle, "config.json")));
        JsonObject linux = config.object("linux");
        assertThat(linux.objects("namespaces"))
                .extracting(namespace -> namespace.string("type"))
                .contains("user", "mount")
                .doesNotContain("network");
        assertThat(linux.objects("uidMappings")).hasSize(1);
        assertThat(linux.has("resources")).isFalse();
        assertThat(config.objects("mounts"))
                .filteredOn(mount -> mount.string("destination").equals("/sys"))
                .extracting(mount -> mount.strings("options").getFirst())
                .containsExactly("rbind");
        assertThat(config.toString()).doesNotContain("gid=");
    }

    @Test
    void bundlesThatCannotWorkAreRefusedAndLeaveNothing() throws IOException {
        String empty = Files.createDirectory(directory.resolve("empty")).toString();
        check(
                1,
                "runc create failed: JSON specification file config.json not found",
                "create",
                "-b",
                empty,
                "x");
        runc.configure(config -> config.object("process").with("terminal", true));
        check(
                1,
                "runc create failed: cannot allocate tty if runc will detach without setting"
                        + " console socket",
                "create",
                "-b",
                runc.bundle.toString(),
                "x");
        assertThat(runc.state("x")).doesNotExist();
    }

    @Test
    void errorsStandInTheLogFileForTheCallerAndPlainOnStderr() throws IOException {
        Path log = directory.resolve("log.json");
        Runc.Result result =
                runc.run("--log", log.toString(), "--log-format", "json", "state", "none");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.errors()).isEqualTo("container does not exist\n");
        JsonObject line = Json.parseObject(Files.readString(log));
        assertThat(line.string("level")).isEqualTo("error");
        assertThat(line.string("msg")).isEqualTo("container does not exist");
        assertThat(line.string("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*");
    }

    @Test
    void aLogThatCannotBeWrittenIsAnErrorBeforeAnythingIsDone() throws IOException {
        check(1, "open /nosuch/log: no such file or directory", "--log", "/nosuch/log", "list");
        check(1, "open " + directory + ": is a directory", "--log", directory.toString(), "help");
        Runc.Result json =
                runc.run("--log", "/nosuch/log", "--log-format", "json", "exec", "x", "true");
        assertThat(json.status()).isEqualTo(1);
        assertThat(Json.parseObject(json.errors()).string("msg")).startsWith("open /nosuch/log: ");
        runc.run("--log", "/nosuch/log", "--version").succeeded();
    }

    @Test
    void environmentDoesNotReachTheJvm() throws IOException {
        var builder = new ProcessBuilder(runc.line("--version"));
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Dx=y");
        builder.environment().put("JDK_JAVA_OPTIONS", "--no-such-option");
        assertThat(runc.run(builder, "").succeeded().errors()).isEmpty();
    }

    private void check(int status, String message, String... words) throws IOException {
        Runc.Result result = runc.run(words);
        assertThat(result.message()).isEqualTo(message);
        assertThat(result.status()).isEqualTo(status);
    }
}
