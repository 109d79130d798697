package jong.runtime.cgroups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.Json;
import jong.wire.status.StatusException.Conflict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Against the systemd of this machine, where it runs. */
@Tag("root")
@EnabledIf("systemdRuns")
final class SystemdCgroupTest {

    private static final String NAME = "t" + ProcessHandle.current().pid();
    private static final String UNIT = "jong-" + NAME + ".scope";
    private static final String PATH = "jong-test.slice:jong:" + NAME;

    @TempDir private Path temporary;
    private ContainerCgroup cgroup;

    static boolean systemdRuns() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    @BeforeEach
    void make() throws IOException {
        cgroup = ContainerCgroups.detect().systemd(PATH, "unused");
        cgroup.create(
                resources(
                        "{\"memory\":{\"limit\":67108864},\"pids\":{\"limit\":20},"
                                + "\"cpu\":{\"quota\":50000,\"period\":100000}}"));
    }

    @AfterEach
    void remove() throws IOException {
        cgroup.remove();
        assertThat(property("LoadState")).isEqualTo("not-found");
    }

    private static LinuxResources resources(String json) {
        return new LinuxResources(Json.parseObject(json));
    }

    private static String property(String name) throws IOException {
        var command = List.of("systemctl", "show", "--property=" + name, "--value", UNIT);
        Process show = new ProcessBuilder(command).start();
        return new String(show.getInputStream().readAllBytes(), UTF_8).strip();
    }

    @Test
    void theScopeKnowsTheLimits() throws IOException {
        assertThat(property("ActiveState")).isEqualTo("active");
        assertThat(property("Delegate")).isEqualTo("yes");
        assertThat(property("TasksMax")).isEqualTo("20");
        assertThat(property("MemoryMax")).isEqualTo("67108864");
        assertThat(property("CPUQuotaPerSecUSec")).isEqualTo("500ms");
        assertThat(property("ControlGroup")).isEqualTo("/jong.slice/jong-test.slice/" + UNIT);
    }

    @Test
    void anUpdateReachesBothSystemdAndTheFiles() throws IOException {
        cgroup.update(resources("{\"pids\":{\"limit\":33},\"memory\":{\"limit\":134217728}}"));
        assertThat(property("TasksMax")).isEqualTo("33");
        assertThat(property("MemoryMax")).isEqualTo("134217728");
        assertThat(cgroup.usage().pids().limit()).isEqualTo(33);
        assertThat(cgroup.usage().memory().limit()).isEqualTo(134217728);
    }

    /** A reload, and a change of another limit, write systemd's own values into the files. */
    @Test
    void whatSystemdWritesAgainAreTheContainersLimits() throws IOException {
        cgroup.update(
                resources(
                        "{\"cpu\":{\"idle\":1},\"unified\":{\"memory.high\":\"50331648\","
                                + "\"memory.swap.max\":\"0\"}}"));
        cgroup.update(resources("{\"memory\":{\"limit\":134217728}}"));
        Box.run(List.of("systemctl", "daemon-reload"));
        Path group = Path.of("/sys/fs/cgroup/jong.slice/jong-test.slice", UNIT);
        assertThat(group.resolve("memory.high")).hasContent("50331648");
        assertThat(group.resolve("memory.swap.max")).hasContent("0");
        assertThat(group.resolve("memory.max")).hasContent("134217728");
        assertThat(group.resolve("cpu.idle")).hasContent("1");
        assertThat(group.resolve("cpu.max")).hasContent("50000 100000");
    }

    @Test
    void aContainerRunsInTheScopeAlone() throws IOException {
        var box = new Box(temporary);
        box.use(cgroup.placement());
        Outcome outcome = box.run(Box.config("cat /proc/self/cgroup"));
        assertThat(outcome.output()).as(outcome.errors()).endsWith("/" + UNIT + "\n");
        cgroup.joined();
    }

    @Test
    void theScopeOfAnotherIsRefusedAndLeft() throws IOException {
        ContainerCgroup second = ContainerCgroups.detect().systemd(PATH, "unused");
        assertThatThrownBy(() -> second.create(resources("{}"))).isInstanceOf(Conflict.class);
        second.remove();
        assertThat(property("ActiveState")).isEqualTo("active");
        assertThat(cgroup.pids()).hasSize(1);
    }

    @Test
    void itsPathFindsItAgain() throws IOException {
        assertThat(cgroup.path()).isEqualTo(PATH);
        assertThat(ContainerCgroups.detect().of(PATH).pids()).isEqualTo(cgroup.pids());
    }
}
