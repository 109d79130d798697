package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.CgroupView;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2023-25809, CVE-2022-0492: ways out over the control groups' files, on version 1. */
@Tag("root")
@EnabledIf("hasLegacyMemoryAndDevices")
final class CgroupAttackTest {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final List<String> CONTROLLERS = List.of("memory", "devices");

    @TempDir private Path temporary;
    private Box box;
    private String name;

    static boolean hasLegacyMemoryAndDevices() {
        return CONTROLLERS.stream().allMatch(c -> Files.exists(ROOT.resolve(c + "/tasks")));
    }

    @BeforeEach
    void makeGroups() throws IOException {
        box = new Box(temporary);
        name = "jong-attack-" + ProcessHandle.current().pid();
        for (String controller : CONTROLLERS) {
            Files.createDirectory(group(controller));
        }
        box.use(
                new CgroupPlacement(
                        CONTROLLERS.stream().map(c -> group(c) + "/tasks").toList(),
                        CONTROLLERS.stream().map(c -> new CgroupView(c, c, group(c))).toList(),
                        false));
    }

    @AfterEach
    void removeGroups() throws IOException {
        for (String controller : CONTROLLERS) {
            Files.delete(group(controller));
        }
    }

    private Path group(String controller) {
        return ROOT.resolve(controller).resolve(name);
    }

    private JsonObject config(boolean ownNamespace, String script) {
        JsonObject config = Box.privileged(Box.config(script));
        Box.withMount(config, "cgroup", "cgroup", ROOT.toString(), "ro");
        return ownNamespace
                ? config.with("linux", withCgroupNamespace(config.object("linux")))
                : config;
    }

    private static JsonObject withCgroupNamespace(JsonObject linux) {
        return Box.append(linux, "namespaces", new JsonObject().with("type", "cgroup"));
    }

    @Test
    void theHostsGroupsAreNeitherSeenNorWritten() throws IOException {
        for (boolean ownNamespace : new boolean[] {true, false}) {
            Outcome outcome =
                    box.run(
                            config(
                                    ownNamespace,
                                    "cd /sys/fs/cgroup; find . -name "
                                            + name
                                            + "; mkdir memory/new; echo 1 > devices/cgroup.procs;"
                                            + " echo a > devices/devices.allow; cat memory/tasks"
                                            + " | head -1"));
            assertThat(outcome.output()).as(outcome.errors()).isEqualTo("1\n");
            assertThat(outcome.errors().lines()).hasSize(3).allMatch(l -> l.contains("Read-only"));
        }
    }

    /** The file names a program of the host that the kernel runs with all rights. */
    @Test
    void theReleaseAgentCannotBeSet() throws IOException {
        Outcome outcome =
                box.run(
                        config(
                                true,
                                "cd /sys/fs/cgroup/memory; echo /tmp/x > release_agent;"
                                        + " mount -t cgroup -o memory none /mnt && echo /tmp/x >"
                                        + " /mnt/release_agent && echo set"));
        assertThat(outcome.output()).isEmpty();
        assertThat(Files.readString(ROOT.resolve("memory/release_agent"))).doesNotContain("/tmp/x");
    }

    /** In a user namespace the groups still belong to the host, even where it may write mounts. */
    @Test
    void rootOfAUserNamespaceDoesNotOwnItsGroups() throws IOException {
        for (boolean ownNamespace : new boolean[] {true, false}) {
            JsonObject config =
                    config(
                            ownNamespace,
                            "cd /sys/fs/cgroup/memory; ls tasks; mount -o remount,rw ."
                                    + " 2>/dev/null; mkdir new 2>/dev/null || echo refused");
            Box.withUserNamespace(config, 100_000, 65_536);
            Outcome outcome = box.run(config);
            assertThat(outcome.output()).as(outcome.errors()).isEqualTo("tasks\nrefused\n");
            assertThat(Files.getAttribute(group("memory").resolve("tasks"), "unix:uid"))
                    .isEqualTo(0);
        }
    }

    /** A user namespace cannot mount cgroup2 without a cgroup namespace that it owns. */
    @Test
    void theUnifiedTreeOfTheHostIsNotShownForWantOfRights() throws IOException {
        Path unified = ROOT.resolve("unified");
        assumeThat(unified.resolve("cgroup.procs")).exists();
        Path own = Files.createDirectory(unified.resolve(name));
        try {
            box.use(
                    new CgroupPlacement(
                            List.of(own + "/cgroup.procs"),
                            List.of(new CgroupView("", "", own)),
                            true));
            JsonObject config =
                    config(false, "cd /sys/fs/cgroup; head -1 cgroup.procs; mkdir new || echo no");
            JsonObject linux = Box.withUserNamespace(config, 100_000, 65_536).object("linux");
            Box.append(
                    linux,
                    "namespaces",
                    new JsonObject().with("type", "cgroup").with("path", "/proc/self/ns/cgroup"));
            Outcome outcome = box.run(config);
            assertThat(outcome.output()).as(outcome.errors()).isEqualTo("1\nno\n");
        } finally {
            Files.delete(own);
        }
    }
}
