package jong.manager.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.Cgroups;
import jong.manager.snapshots.Mount;
import jong.oci.runtime.Spec;
import jong.runtime.ContainerRuntime;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
final class LocalTasksTest {

    private static final Path PROGRAM =
            Path.of("../runtime/target/native/jong-native").toAbsolutePath();
    private static final String ID = "task-test-" + ProcessHandle.current().pid();

    @TempDir private Path directory;
    private ContainerRuntime runtime;
    private Tasks tasks;

    @BeforeEach
    void prepare() throws IOException {
        for (String name : List.of("lower:1/bin", "lower:1/proc", "upper", "work", "target")) {
            Files.createDirectories(directory.resolve(name));
        }
        Path bin = directory.resolve("lower:1/bin");
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        Files.createSymbolicLink(bin.resolve("sh"), Path.of("busybox"));
        runtime = new ContainerRuntime(PROGRAM, directory.resolve("run"));
        tasks = new LocalTasks(runtime);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        tasks.find(ID).ifPresent(Task::destroy);
        runtime.close();
        assertThat(directory.resolve("run")).isEmptyDirectory();
        for (CgroupHierarchy hierarchy : Cgroups.detect().hierarchies()) {
            assertThat(hierarchy.group("/" + ID).exists()).isFalse();
        }
    }

    @Test
    void aSnapshotsOverlayIsTheRoot() throws IOException {
        Task task = create(new Stdio(false, false), "sh", "-c", "echo changed > /file; exit 4");
        task.awaitReady();
        task.start();
        ExitStatus status = task.waitFor();
        assertThat(status.code()).isEqualTo(4);
        assertThat(task.exitStatus()).contains(status);
        assertThat(directory.resolve("upper/file")).hasContent("changed");
        task.delete();
        assertThat(tasks.find(ID)).isEmpty();
    }

    @Test
    void aTaskIsUsedAndFoundAgain() throws IOException {
        Task task = create(new Stdio(true, false), "sh", "-c", "read line; echo got $line");
        task.awaitReady();
        task.start();
        assertThatThrownBy(task::delete).isInstanceOf(StatusException.Conflict.class);
        Task found = new LocalTasks(runtime).recover().getFirst();
        assertThat(found.running()).isTrue();
        assertThat(found.metrics().usage().pids().current()).isEqualTo(1);
        found.update(Json.parseObject("{\"pids\":{\"limit\":77}}"));
        assertThat(found.metrics().usage().pids().limit()).isEqualTo(77);
        TaskExec exec =
                found.exec(new ExecRequest(process("sh", "-c", "exit 6"), new Stdio(false, false)));
        exec.start();
        assertThat(exec.waitFor().code()).isEqualTo(6);
        try (Attachment attachment = found.attach(AttachStreams.ALL)) {
            attachment.stdin().write("it\n".getBytes(UTF_8));
            attachment.closeStdin();
            assertThat(new String(attachment.frames().readAllBytes(), UTF_8)).endsWith("got it\n");
        }
        assertThat(found.waitFor().code()).isZero();
        assertThat(task.waitFor().code()).isZero();
        task.delete();
    }

    @Test
    void aFailureLeavesATaskToBeDestroyed() {
        Task task = create(new Stdio(false, false), "nosuch");
        assertThatThrownBy(task::awaitReady)
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessageEndingWith("executable file not found in $PATH");
        task.destroy();
    }

    @Test
    void stdioMustAgreeWithTheSpec() {
        assertThatThrownBy(() -> create(new Stdio(false, true), "sh"))
                .isInstanceOf(StatusException.InvalidArgument.class);
    }

    private Task create(Stdio stdio, String... args) {
        var overlay =
                new Mount(
                        "overlay",
                        "overlay",
                        List.of(
                                "lowerdir=" + directory.resolve("lower\\:1"),
                                "upperdir=" + directory.resolve("upper"),
                                "workdir=" + directory.resolve("work")));
        return tasks.create(
                new CreateTask(ID, spec(args), List.of(overlay), List.of(), stdio, null));
    }

    private Spec spec(String... args) {
        JsonObject config =
                Json.parseObject(
                        """
                        {"ociVersion":"1.3.0",
                         "mounts":[{"destination":"/proc","type":"proc","source":"proc"}],
                         "linux":{"cgroupsPath":"/%s","resources":{"pids":{"limit":50}},
                          "namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"}]}}
                        """
                                .formatted(ID));
        return new Spec(
                config.with("process", process(args))
                        .with(
                                "root",
                                new JsonObject()
                                        .with("path", directory.resolve("target").toString())));
    }

    private static JsonObject process(String... args) {
        return new JsonObject()
                .with("args", List.of(args))
                .with("cwd", "/")
                .with("env", List.of("PATH=/bin"));
    }
}
