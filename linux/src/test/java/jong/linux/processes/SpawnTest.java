package jong.linux.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
    @TempDir Path temporary;
    private ProcessWatcher watcher;

    @BeforeEach
    void start() throws Exception {
        watcher = new ProcessWatcher();
    }

    @AfterEach
    void stop() {
        watcher.close();
    }

    @Test
    void exitCodeAndSignalAreTold() throws Exception {
        assertThat(shell("exit 7").waitFor()).isEqualTo(new ExitStatus(7, 0));
        assertThat(shell("kill -TERM $$").waitFor()).isEqualTo(new ExitStatus(0, 15));
        assertThat(shell("kill -TERM $$").waitFor().shellCode()).isEqualTo(143);
    }

    @Test
    void aMissingProgramFailsHere() {
        var spawn = new Spawn(Path.of("/nowhere"), List.of("x"), List.of(), List.of(), false);
        assertThatThrownBy(() -> spawn.start(watcher))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("posix_spawn /nowhere: no such file or directory");
    }

    @Test
    void onlyNamedDescriptorsAreInheritedInTheirOrder() throws Exception {
        var out = temporary.resolve("out");
        var descriptors = new ArrayList<Fd>();
        try (var input = Fd.open(file("in", "input"), OpenHow.reading());
                var output = Fd.open(out, OpenHow.writing().creating(0600));
                var third = Fd.open(file("third", "third"), OpenHow.reading())) {
            descriptors.addAll(List.of(input, output, output, third));
            var script = "cat; cat <&3; echo; ls /proc/$$/fd | tr '\\n' ' '; env";
            shell(script, descriptors).waitFor();
        }
        assertThat(Files.readString(out, UTF_8))
                .startsWith("inputthird\n0 1 2 3 ")
                .contains("ONLY=this")
                .doesNotContain("PATH=/root");
    }

    @Test
    void ignoredSignalsAreNotInherited() throws Exception {
        // The Java machine catches or ignores several, SIGPIPE among them.
        var out = temporary.resolve("out");
        try (var output = Fd.open(out, OpenHow.writing().creating(0600));
                var input = Fd.open(Path.of("/dev/null"), OpenHow.reading())) {
            shell("grep -E 'Sig(Ign|Blk)' /proc/self/status", List.of(input, output)).waitFor();
        }
        assertThat(Files.readString(out, UTF_8))
                // glibc leaves its two internal signals, 32 and 33, ignored.
                .matches("SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n");
    }

    @Test
    void manyProcessesAreWaitedForAtOnce() throws Exception {
        var processes = new ArrayList<SpawnedProcess>();
        for (int i = 0; i < 40; i++) {
            processes.add(shell("exit " + i));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(processes.get(i).waitFor().code()).isEqualTo(i);
        }
    }

    @Test
    void aPidOfAnEarlierProcessIsNotTakenForALaterOne() throws Exception {
        var process = shell("exec sleep 100");
        long started = ProcessTimes.startTime(process.pid());
        try (var same = PidFd.open(process.pid(), started)) {
            assertThatThrownBy(() -> PidFd.open(process.pid(), started - 1))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
            same.signal(9);
            assertThat(process.waitFor()).isEqualTo(new ExitStatus(0, 9));
            assertThatThrownBy(() -> same.signal(0)).hasMessageEndingWith("no such process");
        }
    }

    @Test
    void aProgramNameWithParenthesesDoesNotConfuseTheStartTime() {
        var before = "12 (a) b (c)) S " + "0 ".repeat(18);
        assertThat(ProcessTimes.parse(before + "4711 0 0")).isEqualTo(4711);
    }

    private SpawnedProcess shell(String script) throws Exception {
        return shell(script, List.of());
    }

    private SpawnedProcess shell(String script, List<Fd> descriptors) throws Exception {
        var arguments = List.of("sh", "-c", script);
        var environment = List.of("ONLY=this", "PATH=/usr/bin:/bin");
        return new Spawn(Path.of("/bin/sh"), arguments, environment, descriptors, true)
                .start(watcher);
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(temporary.resolve(name), content);
    }
}
