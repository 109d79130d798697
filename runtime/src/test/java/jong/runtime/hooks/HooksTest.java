package jong.runtime.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.runtime.Container;
import jong.runtime.Trial;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The six hooks of runtime.md ("Lifecycle") and config.md ("POSIX-platform Hooks"). */
@Tag("root")
final class HooksTest {

    private static final List<String> POINTS =
            List.of(
                    "prestart",
                    "createRuntime",
                    "createContainer",
                    "startContainer",
                    "poststart",
                    "poststop");

    @TempDir private Path temporary;
    private Trial trial;

    @BeforeEach
    void prepare() throws IOException {
        trial = new Trial(temporary);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        trial.close();
    }

    /** A shell on the host; in the container its path and environment are the container's. */
    private static JsonObject hook(String script) {
        return new JsonObject()
                .with("path", "/bin/sh")
                .with("args", List.of("sh", "-c", script))
                .with("env", List.of("PATH=/bin:/usr/bin"));
    }

    private static JsonObject with(JsonObject config, String point, JsonObject... hooks) {
        JsonObject all = config.object("hooks").with(point, List.of(hooks));
        return config.with("hooks", all);
    }

    private Path log() {
        return temporary.resolve("hooks.log");
    }

    @Test
    void allRunInTheirOrderWithTheStateOnTheirInput() throws IOException {
        JsonObject config =
                trial.script("cat /started >&2; exit 3")
                        .with("annotations", new JsonObject().with("a", "b\"c"));
        for (String point : POINTS) {
            boolean inside = point.equals("startContainer");
            String target = inside ? "/started" : log().toString();
            with(config, point, hook("(echo " + point + "; cat; echo; pwd) >> " + target));
        }
        trial.run(config);

        List<String> lines = new ArrayList<>(Files.readAllLines(log()));
        lines.addAll(9, Files.readAllLines(trial.bundle.rootfs.resolve("started")));
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 3) {
            JsonObject state = Json.parseObject(lines.get(i + 1));
            seen.add(lines.get(i) + " " + state.string("status") + " " + (state.number("pid") > 0));
            assertThat(state.string("id")).isEqualTo(trial.id);
            assertThat(state.string("bundle")).isEqualTo(trial.bundle.directory.toString());
            assertThat(state.object("annotations").string("a")).isEqualTo("b\"c");
        }
        assertThat(seen)
                .containsExactly(
                        "prestart creating true",
                        "createRuntime creating true",
                        "createContainer creating true",
                        "startContainer created true",
                        "poststart running true",
                        "poststop stopped false");
        assertThat(lines.get(8))
                .as("createContainer's directory")
                .isEqualTo(trial.bundle.rootfs.toString());
        assertThat(lines.get(11)).as("startContainer's directory").isEqualTo("/");
    }

    @Test
    void thoseOfTheCreatorSeeTheContainersMountsFromOutside() throws IOException {
        JsonObject config = trial.script("true");
        with(
                config,
                "createRuntime",
                hook(
                        "pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/');"
                                + " readlink /proc/self/ns/mnt /proc/$pid/ns/mnt > "
                                + log()
                                + "; grep -c /rootfs/proc /proc/$pid/mountinfo >> "
                                + log()));
        trial.run(config);
        List<String> lines = Files.readAllLines(log());
        assertThat(lines.get(0))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString())
                .isNotEqualTo(lines.get(1));
        assertThat(lines.get(2)).isEqualTo("1");
    }

    @Test
    void thoseOfTheContainerRunInItsNamespaces() throws IOException {
        JsonObject config = trial.script("true");
        with(
                config,
                "createContainer",
                hook("hostname in-hook; readlink /proc/self/ns/uts >" + log()));
        trial.run(config);
        assertThat(Files.readString(log()).strip())
                .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString());
    }

    @Test
    void oneThatFailsEndsTheCreationAndPoststopFollows() throws IOException {
        for (String point : POINTS.subList(0, 3)) {
            JsonObject config = with(trial.script("true"), "poststop", hook("echo stop >" + log()));
            with(config, point, hook("true"), hook("echo out; echo err >&2; exit 7"), hook("true"));
            assertThatThrownBy(
                            () -> {
                                Container container = trial.create(config);
                                try {
                                    container.awaitReady();
                                } finally {
                                    container.destroy();
                                }
                            })
                    .isInstanceOf(Internal.class)
                    .hasMessage(
                            "unable to start container process: error during container init: error"
                                    + " running "
                                    + point
                                    + " hook #1: exit status 7, stdout: out\n, stderr: err\n");
            assertThat(log()).hasContent("stop");
            Files.delete(log());
        }
    }

    @Test
    void oneThatIsMissingIsNamed() {
        JsonObject hook = new JsonObject().with("path", "/no/such/hook");
        assertThatThrownBy(() -> trial.create(with(trial.script("true"), "prestart", hook)))
                .hasMessageEndingWith(
                        "error running prestart hook #0: fork/exec /no/such/hook: no such file or"
                                + " directory");
    }

    @Test
    void aStartContainerHookThatFailsIsToldByTheStart() {
        JsonObject config = with(trial.script("true"), "startContainer", hook("exit 4"));
        Container container = trial.create(config);
        assertThatThrownBy(container::start)
                .hasMessageEndingWith(
                        "error running startContainer hook #0: exit status 4, stdout: , stderr: ");
        container.destroy();
    }

    @Test
    void aStartContainerHookSharesTheEnvironmentOfTheProgram() throws IOException {
        JsonObject config = trial.script("cat /env");
        config.object("process").with("env", List.of("PATH=/bin", "WORD=shared"));
        JsonObject hook = hook("echo $WORD >/env");
        hook.remove("env");
        assertThat(trial.output(with(config, "startContainer", hook))).isEqualTo("shared\n");
    }

    @Test
    void aPoststartHookThatFailsStopsTheContainer() throws IOException {
        JsonObject config = with(trial.script("sleep 1000"), "poststart", hook("exit 5"));
        with(config, "poststop", hook("exit 6"), hook("echo stop >" + log()));
        Container container = trial.create(config);
        assertThatThrownBy(container::start)
                .isInstanceOf(StatusException.class)
                .hasMessage("error running poststart hook #0: exit status 5, stdout: , stderr: ");
        assertThat(container.exit().join().code()).isEqualTo(137);
        container.delete();
        assertThat(log()).as("poststop hooks run on after one failed").hasContent("stop");
    }

    @Test
    void oneThatTakesTooLongIsKilled() {
        for (String point : List.of("createRuntime", "createContainer")) {
            JsonObject hook = hook("sleep 1000").with("timeout", 1L);
            assertThatThrownBy(() ->
                            trial.create(with(trial.script("true"), point, hook)).awaitReady())
                    .hasMessageEndingWith(
                            point + " hook #0: hook ran past specified timeout of 1.0s");
            trial.runtime.list().forEach(Container::destroy);
        }
    }

    @Test
    void oneThatEndsBeforeItsDescendantsAndReadsNothingHoldsNobodyUp() throws IOException {
        JsonObject config = trial.script("echo run");
        with(config, "prestart", hook("exec <&-; sleep 300 & echo $! >" + log()));
        assertThat(trial.output(config)).isEqualTo("run\n");
        ProcessHandle.of(Long.parseLong(Files.readString(log()).strip()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }
}
