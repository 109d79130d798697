package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.LinuxResources;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.cgroups.ContainerCgroups;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Getting out of a container's groups, into others' groups, or around a limit. Both versions. */
@Tag("root")
final class JoiningAttackTest {

    private static final LinuxResources NO_LIMITS = resources("{}");
    private static final String ABOVE = "/jong-attacks-" + ProcessHandle.current().pid();
    private static final String NAME = ABOVE + "/box";

    @TempDir private Path temporary;
    private final List<Process> strangers = new ArrayList<>();
    private ContainerCgroups machine;
    private ContainerCgroup cgroup;

    private static LinuxResources resources(String json) {
        return new LinuxResources(Json.parseObject(json));
    }

    @BeforeEach
    void find() throws IOException {
        machine = ContainerCgroups.detect();
        cgroup = machine.of(NAME);
    }

    @AfterEach
    void removeAll() throws Exception {
        for (Process stranger : strangers) {
            stranger.destroyForcibly().waitFor();
        }
        machine.of(NAME).remove();
        for (Cgroup group : groups(ABOVE)) {
            group.remove();
        }
    }

    private static List<Cgroup> groups(String path) throws IOException {
        return Cgroups.detect().hierarchies().stream().map(h -> h.group(path)).toList();
    }

    /** A process of somebody else, in the groups of the path. */
    private Process stranger(String path) throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        strangers.add(process);
        machine.of(path).fill(NO_LIMITS);
        for (Cgroup group : groups(path)) {
            group.write("cgroup.procs", Long.toString(process.pid()));
        }
        return process;
    }

    @Test
    void aGroupWithProcessesOfOthersIsRefusedAndTheyLiveOn() throws IOException {
        Process stranger = stranger(NAME);
        assertThatThrownBy(() -> cgroup.create(NO_LIMITS))
                .isInstanceOf(Conflict.class)
                .hasMessage("container's cgroup is not empty: 1 process(es) found");
        cgroup.remove();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aFrozenGroupIsRefusedForItWouldHoldTheContainerBeforeItsStart() throws IOException {
        cgroup.create(NO_LIMITS);
        cgroup.freeze();
        assertThatThrownBy(() -> machine.of(NAME).create(NO_LIMITS))
                .isInstanceOf(Conflict.class)
                .hasMessage("container's cgroup unexpectedly frozen");
        cgroup.thaw();
    }

    @Test
    void aPathCannotLeaveTheHierarchy() {
        String out = "/../../.." + NAME;
        assertThat(machine.of(out).placement()).isEqualTo(cgroup.placement());
        assertThat(machine.of("../../etc").placement().joinFiles())
                .allMatch(file -> file.startsWith("/sys/fs/cgroup/") && !file.contains(".."));
        for (String nowhere : List.of("/", "/..", "/a/..")) {
            assertThatThrownBy(() -> machine.of(nowhere)).isInstanceOf(InvalidArgument.class);
        }
    }

    @Test
    void anExecIsConfinedToTheGroupsOfItsContainer() {
        for (String path : List.of("..", "../box2", "a/../..", "../../..")) {
            assertThatThrownBy(() -> cgroup.placement(1, List.of(path)))
                    .isInstanceOf(InvalidArgument.class)
                    .hasMessage("bad sub cgroup path: " + path);
        }
        assertThatThrownBy(() -> cgroup.placement(1, List.of("nosuch:/")))
                .hasMessage("unknown controller nosuch");
    }

    @Test
    void theLimitHoldsForTheFirstInstructionOfTheContainer() throws IOException {
        cgroup.create(resources("{\"pids\":{\"limit\":1}}"));
        var box = new Box(temporary);
        box.use(cgroup.placement());
        Outcome outcome = box.run(Box.config("cat /proc/self/cgroup & echo forked"));
        assertThat(outcome.output()).doesNotContain("forked");
        assertThat(outcome.errors()).contains("can't fork");
    }

    static boolean unified() throws IOException {
        return ContainerCgroups.detect().unified();
    }

    @Test
    @EnabledIf("unified")
    void rootOfAContainerSeesOnlyItsOwnGroupAndCannotWriteIt() throws IOException {
        cgroup.create(NO_LIMITS);
        var box = new Box(temporary);
        box.use(cgroup.placement());
        JsonObject config =
                Box.privileged(
                        Box.config(
                                "cd /sys/fs/cgroup; cat cgroup.procs; mkdir x; echo max >pids.max;"
                                        + " ls -d *.slice jong-attacks-*"));
        Box.withMount(config, "cgroup", "cgroup", "/sys/fs/cgroup", "ro");
        Box.append(config.object("linux"), "namespaces", new JsonObject().with("type", "cgroup"));
        Outcome outcome = box.run(config);
        assertThat(outcome.output().lines()).hasSize(2).allMatch(pid -> pid.length() == 1);
        assertThat(outcome.errors().lines().filter(l -> l.contains("Read-only"))).hasSize(2);
    }

    @Test
    void noProcessOutlivesItsContainerNorStaysFrozen() throws Exception {
        cgroup.create(NO_LIMITS);
        Process first = stranger(NAME);
        Process second = stranger(NAME);
        cgroup.freeze();
        cgroup.remove();
        assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
        for (Cgroup group : groups(NAME)) {
            assertThat(group.exists()).isFalse();
        }
    }

    @Test
    void aDeviceThatIsAllowedBeforeAndAfterIsAllowedInBetween() throws Exception {
        cgroup.create(resources("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}"));
        var box = new Box(temporary);
        box.use(cgroup.placement());
        JsonObject config =
                Box.config("while echo >/dev/null && ! [ -e /tmp/stop ]; do :; done; ls /tmp");
        Process user = new ProcessBuilder(box.command(config)).redirectErrorStream(true).start();
        strangers.add(user);
        Path plan = Files.write(temporary.resolve("again"), box.plan(config).encode());
        for (int i = 0; i < 50; i++) {
            if (machine.unified()) {
                var apply = List.of(Box.PROGRAM.toString(), "apply", plan.toString());
                assertThat(Box.run(apply).status()).isZero();
            } else {
                cgroup.fill(resources("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}"));
            }
        }
        Files.createFile(box.rootfs().resolve("tmp/stop"));
        String output = new String(user.getInputStream().readAllBytes());
        assertThat(output).isEqualTo("stop\n");
        assertThat(user.waitFor()).isZero();
    }
}
