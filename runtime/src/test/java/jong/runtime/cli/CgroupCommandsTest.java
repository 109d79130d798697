package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.CgroupMembership;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.LinuxResources;
import jong.runtime.cgroups.ContainerCgroups;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Control groups as callers of the command line see them, on both versions. */
@Tag("root")
final class CgroupCommandsTest {

    private static final String ABOVE = "/jong-cli-" + ProcessHandle.current().pid();

    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");

    @TempDir private Path directory;
    private Runc runc;
    private String id;

    @BeforeEach
    void prepare() throws IOException {
        runc = new Runc(directory);
        id = "cgroups-" + ProcessHandle.current().pid();
        runc.args("sleep", "1000");
        runc.configure(config -> config.object("linux").with("cgroupsPath", ABOVE + "/" + id));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        runc.close(id);
        for (Cgroup group : groups()) {
            assertThat(group.child(id).exists()).isFalse();
            group.remove();
        }
    }

    private static List<Cgroup> groups() throws IOException {
        return Cgroups.detect().hierarchies().stream().map(h -> h.group(ABOVE)).toList();
    }

    private void start() throws IOException {
        runc.run("run", "-d", "-b", directory.resolve("bundle").toString(), id).succeeded();
    }

    @Test
    void anExecGoesIntoTheContainersGroupOrOneBelow() throws IOException {
        start();
        ContainerCgroups.detect()
                .of(ABOVE + "/" + id + "/below")
                .create(new LinuxResources(new JsonObject()));
        for (String below : List.of("below", "/below", "a/../below")) {
            Runc.Result in = runc.run("exec", "--cgroup", below, id, "cat", "/proc/self/cgroup");
            assertThat(in.succeeded().out().lines()).allMatch(l -> l.endsWith("/below"));
        }
        Runc.Result top = runc.run("exec", "--cgroup", "/", id, "cat", "/proc/self/cgroup");
        assertThat(top.succeeded().out()).doesNotContain("below");
    }

    @Test
    void whatIsNotThereOrNotTheContainersIsRefused() throws IOException {
        start();
        assertThat(runc.run("exec", "--cgroup", "..", id, "true").errors())
                .contains("bad sub cgroup path: ..");
        assertThat(runc.run("exec", "--cgroup", "nosuch", id, "true").errors())
                .contains(" adding pid ", "nosuch", "no such file or directory");
        assertThat(runc.run("exec", "--cgroup", "nosuch:/", id, "true").errors())
                .contains("unknown controller nosuch");
    }

    @Test
    void aLimitThatCannotBeIsToldAndNothingIsLeft() throws IOException {
        runc.configure(config ->
                config.object("linux")
                        .with(
                                "resources",
                                Json.parseObject("{\"unified\":{\"nosuch.max\":\"1\"}}")));
        Runc.Result result = runc.run("run", "-b", directory.resolve("bundle").toString(), id);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message()).contains("unified");
    }

    /** Whatever fails first: what runs in the groups that it asks for is another container. */
    @Test
    void aCreationThatFailsLeavesTheContainerThatHasItsGroupsAlone() throws IOException {
        start();
        runc.configure(config ->
                config.object("linux")
                        .with(
                                "seccomp",
                                new JsonObject().with("defaultAction", "SCMP_ACT_NOSUCH")));
        Runc.Result result =
                runc.run("create", "-b", directory.resolve("bundle").toString(), id + "-2");
        assertThat(result.status()).isEqualTo(1);
        assertThat(runc.state(id + "-2")).doesNotExist();
        assertThat(runc.run("state", id).succeeded().json().string("status")).isEqualTo("running");
    }

    static boolean version1HasMemory() {
        return Files.exists(Path.of("/sys/fs/cgroup/memory/cgroup.event_control"));
    }

    /** What is not killed waits: no counter changes, but the kernel announces it. */
    @Test
    @EnabledIf("version1HasMemory")
    void lackOfMemoryIsToldAlsoWhereNothingIsKilled() throws Exception {
        checkLackIsTold("{\"limit\":16777216,\"swap\":16777216,\"disableOOMKiller\":true}");
    }

    @Test
    void lackOfMemoryIsToldAsTheKernelAnnouncesIt() throws Exception {
        checkLackIsTold("{\"limit\":16777216,\"swap\":16777216}");
    }

    private void checkLackIsTold(String limits) throws Exception {
        JsonObject resources = new JsonObject().with("memory", Json.parseObject(limits));
        runc.configure(config -> config.object("linux").with("resources", resources));
        start();
        Process events =
                new ProcessBuilder(runc.line("events", "--interval", "100ms", id))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines = events.inputReader()) {
            // From its first line on, it hears.
            assertThat(lines.readLine()).startsWith("{\"type\":\"stats\"");
            String hog = "head -c 100000000 /dev/zero | busybox sort >/dev/null";
            runc.run("exec", "-d", id, "sh", "-c", hog).succeeded();
            assertThat(lines.lines().filter(line -> line.contains("\"oom\"")).findFirst())
                    .contains("{\"type\":\"oom\",\"id\":\"" + id + "\"}");
            runc.run("delete", "--force", id).succeeded();
            assertThat(lines.lines().filter(line -> line.contains("error"))).isEmpty();
        }
        assertThat(events.waitFor()).isZero();
    }

    static boolean isInTheFreezerOnTop() throws IOException {
        return Files.readString(Path.of("/proc/self/cgroup")).contains(":freezer:/\n");
    }

    /** A path that is relative to the cgroups of the one who makes the container, not of others. */
    @Test
    @EnabledIf("isInTheFreezerOnTop")
    void aRelativePathIsThatOfTheCreation() throws IOException {
        String path = ABOVE.substring(1) + "/" + id;
        runc.configure(config -> config.object("linux").with("cgroupsPath", path));
        Path other = Files.createDirectory(FREEZER.resolve("other-" + id));
        String bundle = directory.resolve("bundle").toString();
        start();
        inFreezer(other, "delete", "--force", id).succeeded();
        assertThat(FREEZER.resolve(path)).doesNotExist();
        inFreezer(other, "run", "-d", "-b", bundle, id).succeeded();
        assertThat(other.resolve(path)).exists();
        runc.run("pause", id).succeeded();
        assertThat(runc.run("state", id).succeeded().json().string("status")).isEqualTo("paused");
        assertThat(Files.readString(other.resolve(path).resolve("freezer.state")).strip())
                .isEqualTo("FROZEN");
        runc.run("delete", "--force", id).succeeded();
        new Cgroup(other).remove();
        for (CgroupHierarchy hierarchy : Cgroups.detect().hierarchies()) {
            String controller = hierarchy.controllers().stream().findFirst().orElse("");
            String own = CgroupMembership.own().path(controller).orElse("");
            hierarchy.group(own + ABOVE).remove();
        }
    }

    /** In a group of its own in one hierarchy, and in ours in the others. */
    private Runc.Result inFreezer(Path group, String... words) throws IOException {
        String enter = "echo 0 > " + group + "/cgroup.procs; exec ";
        String line = String.join(" ", runc.line(words));
        return runc.run(new ProcessBuilder("sh", "-c", enter + line), "");
    }

    /** Of the first process, too, whose end is that of the events. */
    @Test
    void eventsTellAKillForWantOfMemory() throws IOException {
        runc.args("sh", "-c", "while [ ! -e /go ]; do sleep 0.1; done; exec tail /dev/zero");
        runc.configure(config -> {
            config.object("linux")
                    .with("resources", Json.parseObject("{\"memory\":{\"limit\":16777216}}"));
            config.object("root").with("readonly", false);
        });
        Files.createSymbolicLink(runc.bundle.resolve("rootfs/bin/tail"), Path.of("busybox"));
        start();
        Process events = new ProcessBuilder(runc.line("events", "--interval", "10ms", id)).start();
        try (var lines = events.inputReader()) {
            assertThat(lines.readLine()).contains("\"type\":\"stats\"");
            Files.createFile(runc.bundle.resolve("rootfs/go"));
            assertThat(lines.lines().map(line -> Json.parseObject(line.getBytes(UTF_8))))
                    .anyMatch(event -> event.string("type").equals("oom"));
        } finally {
            events.destroyForcibly();
        }
    }

    static boolean systemdRuns() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    @Test
    @EnabledIf("systemdRuns")
    void systemdHoldsTheContainerFromCreateToDelete() throws IOException {
        runc.configure(
                config -> config.object("linux").with("cgroupsPath", "system.slice:j:" + id));
        String bundle = directory.resolve("bundle").toString();
        runc.run("--systemd-cgroup", "run", "-d", "-b", bundle, id).succeeded();
        Runc.Result in = runc.run("exec", id, "cat", "/proc/1/cgroup", "/proc/self/cgroup");
        assertThat(in.succeeded().out().lines().distinct()).hasSize(1);
        assertThat(runc.run("ps", "-f", "json", id).succeeded().out().split(",")).hasSize(1);
        runc.run("update", "--pids-limit", "30", id).succeeded();
        assertThat(Path.of("/sys/fs/cgroup/system.slice/j-" + id + ".scope/pids.max"))
                .hasContent("30");
        runc.run("pause", id).succeeded();
        runc.run("resume", id).succeeded();
        runc.run("kill", id, "KILL").succeeded();
        runc.run("delete", "--force", id).succeeded();
        assertThat(Path.of("/sys/fs/cgroup/system.slice/j-" + id + ".scope")).doesNotExist();
    }
}
