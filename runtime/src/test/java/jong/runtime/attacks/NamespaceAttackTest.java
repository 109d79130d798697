package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.runtime.box.Running;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joining namespaces: which, in which order, with whose rights. */
@Tag("root")
final class NamespaceAttackTest {

    private static final int EINVAL = 22;

    @TempDir private Path temporary;
    private Box box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
    }

    private static JsonObject joining(JsonObject config, String type, String path) {
        JsonObject linux = config.object("linux");
        List<JsonObject> others =
                linux.objects("namespaces").stream()
                        .filter(n -> !n.string("type").equals(type))
                        .toList();
        linux.with("namespaces", others);
        return Box.append(
                linux, "namespaces", new JsonObject().with("type", type).with("path", path));
    }

    private static JsonObject joined(String script, String type, String path) {
        JsonObject config = Box.config(script);
        joining(config, type, path);
        return config;
    }

    @Test
    void aNamespaceOfAnotherKindIsNotJoined() throws IOException {
        Map<String, String> wrong =
                Map.of(
                        "network", "/proc/self/ns/uts",
                        "uts", "/proc/self/ns/net",
                        "ipc", "/proc/self/ns/mnt",
                        "pid", "/proc/self/ns/user",
                        "user", "/proc/self/ns/pid",
                        "time", "/proc/self/ns/ipc",
                        "cgroup", "/proc/self/ns/net");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            JsonObject config = joined("true", each.getKey(), each.getValue());
            config.with("hostname", "");
            assertThat(box.run(config).failedWith(EINVAL)).as(each.toString()).isTrue();
        }
    }

    @Test
    void aFileThatIsNoNamespaceIsNotJoined() throws IOException {
        Path file = Files.writeString(box.beside("file"), "");
        assertThat(box.run(joined("true", "network", file.toString())).failedWith(EINVAL)).isTrue();
    }

    /**
     * The network namespace belongs to the host's user namespace, not to the one joined with it.
     */
    @Test
    void aUserNamespaceDoesNotGiveRightsOverAnOthersNetwork() throws Exception {
        try (Running other = new Running(box, mapped(Running.STAY))) {
            JsonObject config =
                    Box.privileged(Box.config("id -u; ip link set lo down && echo changed"));
            joining(config, "user", other.namespace("user").toString());
            joining(config, "network", "/proc/self/ns/net");
            // sysfs is refused over a network namespace that is not one's own.
            config.with(
                    "mounts",
                    config.objects("mounts").stream()
                            .filter(m -> !m.string("type").equals("sysfs"))
                            .toList());
            Outcome outcome = box.run(config);
            assertThat(outcome.output()).as(outcome.errors()).isEqualTo("0\n");
            assertThat(outcome.errors()).contains("Operation not permitted");
        }
    }

    @Test
    void anExecHasTheIdsAndRightsOfTheUserNamespaceOnly() throws Exception {
        try (Running other = new Running(box, mapped(Running.STAY))) {
            Outcome outcome =
                    other.exec(
                            "id -u; readlink /proc/self/ns/user; tr -s ' ' < /proc/self/uid_map");
            Path namespace = Files.readSymbolicLink(other.namespace("user"));
            assertThat(outcome)
                    .isEqualTo(new Outcome(0, "0\n" + namespace + "\n 0 100000 65536\n", ""));
        }
    }

    /** A pid is soon another process's: the start time tells. */
    @Test
    void anExecDoesNotEnterAStrangerWithTheSamePid() throws Exception {
        try (Running other = new Running(box, mapped(Running.STAY))) {
            assertThat(other.exec("echo in", 1).failedWith(3)).isTrue();
        }
    }

    /** Processes that outlive the first one would run on without a container. */
    @Test
    void noProcessOutlivesTheFirst() throws Exception {
        String mark = "1" + System.nanoTime() % 1_000_000_000;
        box.run(Box.config("setsid sleep " + mark + " & setsid sh -c 'sleep " + mark + " &'"));
        assertThat(ProcessHandle.allProcesses())
                .noneMatch(p -> p.info().commandLine().orElse("").contains("sleep " + mark));
    }

    private static JsonObject mapped(String script) {
        return Box.withUserNamespace(Box.config(script), 100_000, 65_536);
    }
}
