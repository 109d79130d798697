package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.Trial;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks and limits that would leave half a container behind. */
@Tag("root")
final class HookAttackTest {

    @TempDir private Path temporary;
    private Trial trial;

    @BeforeEach
    void prepare() throws IOException {
        trial = new Trial(temporary);
    }

    /** Looks for cgroups, mounts and run directories, too. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        trial.close();
    }

    private JsonObject hooked(String point, String script) {
        JsonObject hook =
                new JsonObject()
                        .with("path", "/bin/sh")
                        .with("args", List.of("sh", "-c", script))
                        .with("timeout", 1L);
        return trial.script("true").with("hooks", new JsonObject().with(point, List.of(hook)));
    }

    @Test
    void aHookThatIgnoresSignalsAndFloodsItsOutputIsKilledInTime() throws IOException {
        Path pid = temporary.resolve("pid");
        JsonObject config =
                hooked(
                        "createRuntime",
                        "trap '' TERM INT PIPE HUP; echo $$ >"
                                + pid
                                + "; while :; do echo flood; done");
        assertThatThrownBy(() -> trial.create(config))
                .hasMessageEndingWith("hook ran past specified timeout of 1.0s");
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).isEmpty();
    }

    @Test
    void aHookThatKillsTheContainerLeavesNothingOfIt() {
        JsonObject config =
                hooked("prestart", "kill -9 $(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); exit 0");
        assertThatThrownBy(() -> trial.create(config))
                .hasMessageStartingWith("unable to start container process: ");
    }

    @Test
    void aHookInheritsNoDescriptorOfTheRuntime() throws IOException {
        Path seen = temporary.resolve("seen");
        trial.run(hooked("createRuntime", "ls /proc/self/fd >" + seen));
        assertThat(Files.readAllLines(seen))
                .as("3 is the directory that ls reads")
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    void aLimitTooLowForTheStartIsSaidToBe() {
        JsonObject config = trial.script("true");
        config.object("linux")
                .with(
                        "resources",
                        new JsonObject().with("memory", new JsonObject().with("limit", 20_480L)));
        assertThatThrownBy(() -> trial.create(config).awaitReady())
                .hasMessage(
                        "unable to start container process: container init was OOM-killed (memory"
                                + " limit too low?)");
        trial.runtime.list().forEach(jong.runtime.Container::destroy);
    }
}
