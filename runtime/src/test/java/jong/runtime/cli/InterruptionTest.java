package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import jong.runtime.cgroups.ContainerCgroups;
import jong.wire.json.Json;
import org.junit.jupiter.api.Test;

/** Runs that are killed, and several at once on one container: none harms the next. */
final class InterruptionTest extends ContainerCase {

    @Test
    void whatACreationCutShortLeavesIsRemovedByForce() throws IOException {
        Files.createDirectories(runc.state(id));
        Files.createFile(runc.state(id).resolve("lock"));
        check(1, "container does not exist", "state", id);
        runc.run("delete", "--force", id).succeeded();
        assertThat(runc.state(id)).doesNotExist();
    }

    @Test
    void whatHasADamagedStateIsEndedAndRemovedByForceOnly() throws IOException {
        for (String damaged : List.of("", "{\"half", "[]")) {
            start("sleep", "1000");
            long pid = state().number("pid");
            Path file = runc.state(id).resolve("state.json");
            Files.writeString(file, damaged);
            Runc.Result refused = runc.run("delete", id);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.message()).startsWith(file + ": ");
            assertThat(runc.state(id)).exists();
            assertThat(runc.run("delete", "--force", id).succeeded().errors())
                    .contains("level=warning", "removing what its configuration names");
            assertThat(runc.state(id)).doesNotExist();
            assertThat(Path.of("/sys/fs/cgroup/pids", id)).doesNotExist();
            ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
        }
    }

    /** What waits to delete a container must not delete the next one with its id. */
    @Test
    void aDeletionThatWaitedMeansTheContainerThatWasThere() throws Exception {
        start("sleep", "1000");
        Path lock = runc.state(id).resolve("lock");
        Process deletion;
        try (var held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            held.lock();
            runc.run("kill", id, "KILL").succeeded();
            deletion = quiet("delete", id);
            awaitBlocked(lock, deletion);
            // The container is deleted, and another made.
            Path former = directory.resolve("former");
            Files.move(runc.state(id), former);
            start("sleep", "1000");
        }
        assertThat(deletion.onExit().join().exitValue()).isEqualTo(1);
        assertThat(state().string("status")).isEqualTo("running");
    }

    /** A line of /proc/locks with an arrow is somebody who waits. */
    private static void awaitBlocked(Path lock, Process waiting) throws IOException {
        String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
        while (Files.readAllLines(Path.of("/proc/locks")).stream()
                .noneMatch(line -> line.contains("->") && line.contains(inode))) {
            assertThat(waiting.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    @Test
    void aDeletionWaitsForACreationThatIsUnderWay() throws Exception {
        Files.createDirectories(runc.state(id));
        Path lock = Files.createFile(runc.state(id).resolve("lock"));
        Process deletion;
        try (var held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            held.lock();
            deletion = quiet("delete", id);
            awaitBlocked(lock, deletion);
            assertThat(lock).exists();
        }
        assertThat(deletion.onExit().join().exitValue()).isEqualTo(1);
        assertThat(runc.state(id)).doesNotExist();
    }

    /** The hook ends the brain when the process is made, and before that is written anywhere. */
    @Test
    void aCreationWhoseBrainIsKilledLeavesNoProcess() throws IOException {
        runc.args("true");
        Path told = directory.resolve("told");
        Path hook = directory.resolve("hook");
        Files.writeString(
                hook,
                """
                #!/bin/sh
                cat > %s
                for p in $(cat /proc/$PPID/task/$PPID/children); do
                    grep -q java /proc/$p/comm && kill -9 $p
                done
                true
                """
                        .formatted(told));
        hook.toFile().setExecutable(true);
        String hooks = "{\"createRuntime\": [{\"path\": \"" + hook + "\"}]}";
        runc.configure(config -> config.with("hooks", Json.parseObject(hooks)));
        assertThat(runc.run("create", "-b", bundle(), id).status()).isEqualTo(128 + 9);
        long pid = Json.parseObject(Files.readAllBytes(told)).number("pid");
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void whatAKilledUpdateLeftHoldsUpNoOther() throws IOException {
        start("sleep", "1000");
        Files.writeString(runc.state(id).resolve("config.json.tmp"), "{\"half");
        runc.run("update", "--pids-limit", "30", id).succeeded();
        assertThat(ContainerCgroups.detect().of("/" + id).usage().pids().limit()).isEqualTo(30);
    }

    /** The hook waits for the trap; its parent is the brain, and that one's the program called. */
    @Test
    void aSignalBeforeTheForegroundWaitsForIt() throws IOException {
        runc.args("sh", "-c", "trap 'exit 42' TERM; while :; do sleep 0.05; done");
        Path hook = directory.resolve("hook");
        Files.writeString(
                hook,
                """
                #!/bin/sh
                pid=$(sed 's/.*"pid": *\\([0-9]*\\).*/\\1/')
                until grep -q '^SigCgt:.*[4-7c-f]...$' /proc/$pid/status; do sleep 0.02; done
                read _ _ _ front _ < /proc/$PPID/stat
                kill -TERM $front
                """);
        hook.toFile().setExecutable(true);
        String hooks = "{\"poststart\": [{\"path\": \"" + hook + "\"}]}";
        runc.configure(config -> config.with("hooks", Json.parseObject(hooks)));
        assertThat(runc.run("run", "-b", bundle(), id).status()).isEqualTo(42);
        assertThat(runc.state(id)).doesNotExist();
    }

    @Test
    void manyAtOnceOnOneContainerAgree() throws IOException {
        runc.args("sleep", "1000");
        List<Process> creations = new java.util.ArrayList<>();
        for (int i = 0; i < 4; i++) {
            creations.add(quiet("create", "-b", bundle(), id));
        }
        assertThat(creations.stream().map(p -> p.onExit().join().exitValue()))
                .containsOnlyOnce(0)
                .contains(1);
        List<Process> starts = new java.util.ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(quiet("start", id));
        }
        assertThat(starts.stream().map(p -> p.onExit().join().exitValue()))
                .containsOnlyOnce(0)
                .contains(1);
        assertThat(state().string("status")).isEqualTo("running");
        List<Process> deletions = new java.util.ArrayList<>();
        for (int i = 0; i < 3; i++) {
            deletions.add(quiet("delete", "--force", id));
        }
        assertThat(deletions.stream().map(p -> p.onExit().join().exitValue())).containsOnly(0);
        assertThat(runc.state(id)).doesNotExist();
    }

    private Process quiet(String... words) throws IOException {
        return new ProcessBuilder(runc.line(words))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
