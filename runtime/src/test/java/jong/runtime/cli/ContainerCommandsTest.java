package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.runtime.cgroups.CgroupUsage;
import jong.runtime.cgroups.ContainerCgroups;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Real containers by the command line. Texts and statuses are those of runc. */
final class ContainerCommandsTest extends ContainerCase {

    @Test
    void runHasTheCallersStdioAndTheProcessesStatus() throws IOException {
        runc.args("sh", "-c", "echo out; cat; echo err >&2; exit 3");
        Runc.Result result =
                runc.run(new ProcessBuilder(runc.line("run", "-b", bundle(), id)), "in\n");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("out\nin\n");
        assertThat(result.errors()).isEqualTo("err\n");
        assertThat(runc.state(id)).doesNotExist();
    }

    /** Whoever has nothing of the host open can be saved in files. */
    @Test
    void nullAsStdioIsTheContainersOwn() throws IOException {
        runc.args("sh", "-c", "exec cat /proc/self/fdinfo/0 /proc/self/mountinfo");
        var shell = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" </dev/null", "sh"));
        shell.addAll(runc.line("run", "-b", bundle(), id));
        List<String> lines =
                runc.run(new ProcessBuilder(shell), "").succeeded().out().lines().toList();
        String mount =
                lines.stream().filter(l -> l.startsWith("mnt_id:")).findFirst().orElseThrow();
        String number = mount.substring("mnt_id:".length()).strip();
        assertThat(lines).anyMatch(l -> l.startsWith(number + " ") && l.contains(" /dev "));
    }

    @Test
    void aTerminalCopiedToAFileEndsLinesPlainly() throws IOException {
        runc.args("sh", "-c", "[ -t 1 ] && echo one; echo two");
        runc.configure(config -> config.object("process").with("terminal", true));
        assertThat(runc.run("run", "-b", bundle(), id).succeeded().out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aProcessMayBeGivenThroughADescriptor() throws IOException {
        start("sleep", "1000");
        Path process = directory.resolve("process.json");
        Files.writeString(process, "{\"cwd\": \"/\", \"args\": [\"/bin/sh\", \"-c\", \"exit 7\"]}");
        List<String> line = runc.line("exec", "--process", "/dev/fd/9", id);
        var shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" 9<" + process, "sh"));
        shell.addAll(line);
        assertThat(runc.run(new ProcessBuilder(shell), "").status()).isEqualTo(7);
    }

    @Test
    void aScriptWithoutItsInterpreterRunsAndSaysSo() throws IOException {
        Path script = runc.bundle.resolve("rootfs/bin/script");
        Files.writeString(script, "#!/nosuch\n");
        script.toFile().setExecutable(true);
        runc.args("script");
        Runc.Result result = runc.run("run", "-b", bundle(), id);
        assertThat(result.errors()).isEqualTo("exec /bin/script: no such file or directory\n");
        assertThat(result.status()).isEqualTo(255);
    }

    @Test
    void aCreatedContainerHearsTheSignalsThatEndIt() throws IOException {
        runc.args("true");
        runc.run("create", "-b", bundle(), id).succeeded();
        runc.run("kill", id, "TERM").succeeded();
        awaitEnd();
        runc.run("delete", id).succeeded();
    }

    @Test
    void aContainerGoesThroughItsLife() throws IOException {
        runc.args("sleep", "1000");
        Path pidFile = directory.resolve("pid");
        runc.run("create", "-b", bundle(), "--pid-file", pidFile.toString(), id).succeeded();
        JsonObject state = state();
        assertThat(state.string("status")).isEqualTo("created");
        assertThat(Files.readString(pidFile)).isEqualTo(Long.toString(state.number("pid")));
        check(1, "runc create failed: container with given ID already exists", "create", id);
        runc.run("start", id).succeeded();
        assertThat(state().string("status")).isEqualTo("running");
        check(1, "cannot start an already running container", "start", id);
        check(1, "cannot delete container " + id + " that is not stopped: running", "delete", id);
        Path broken = Files.createDirectory(runc.state("broken"));
        Files.writeString(broken.resolve("state.json"), "{\"half");
        assertThat(runc.run("list", "-q").succeeded().out()).isEqualTo(id + "\n");
        runc.run("kill", id, "KILL").succeeded();
        awaitEnd();
        assertThat(state().number("pid")).isZero();
        check(1, "container not running", "kill", id);
        check(1, "cannot start a container that has stopped", "start", id);
        check(255, "exec failed: cannot exec in a stopped container", "exec", id, "true");
        runc.run("delete", id).succeeded();
        check(1, "container does not exist", "state", id);
        check(1, "container does not exist", "delete", id);
    }

    @Test
    void execJoinsWithStdioAndStatus() throws IOException {
        start("sleep", "1000");
        Runc.Result result =
                runc.run(
                        new ProcessBuilder(
                                runc.line(
                                        "exec",
                                        "-e",
                                        "A=5",
                                        "--cwd",
                                        "/tmp",
                                        "-u",
                                        "7:8",
                                        id,
                                        "sh",
                                        "-c",
                                        "pwd; cat; id -u; id -g; exit $A")),
                        "in\n");
        assertThat(result.out()).isEqualTo("/tmp\nin\n7\n8\n");
        assertThat(result.status()).isEqualTo(5);
        check(
                255,
                "exec failed: unable to start container process: exec: \"nosuch\": executable file"
                        + " not found in $PATH",
                "exec",
                id,
                "nosuch");
        for (String user : List.of("0:0x", "-1", "root", "1:", "4294967296", " 1", "1:2:3")) {
            Runc.Result refused = runc.run("exec", "-u", user, id, "true");
            assertThat(refused.status()).as(user).isEqualTo(255);
            assertThat(refused.message()).startsWith("exec failed: bad ");
        }
    }

    @Test
    void pausedContainersStandStill() throws IOException {
        start("sleep", "1000");
        check(1, "container not paused", "resume", id);
        runc.run("pause", id).succeeded();
        assertThat(state().string("status")).isEqualTo("paused");
        check(1, "container not running", "pause", id);
        check(1, "cannot start a container in the paused state", "start", id);
        check(
                255,
                "exec failed: cannot exec in a paused container (use --ignore-paused to override)",
                "exec",
                id,
                "true");
        runc.run("resume", id).succeeded();
        assertThat(state().string("status")).isEqualTo("running");
        runc.run("pause", id).succeeded();
        runc.run("delete", "--force", id).succeeded();
    }

    @Test
    void aPausedContainerDiesOfKill() throws IOException {
        start("sleep", "1000");
        runc.run("pause", id).succeeded();
        runc.run("kill", id, "KILL").succeeded();
        awaitEnd();
    }

    @Test
    void psShowsTheProcessesByTheirHostIds() throws IOException {
        start("sleep", "1000");
        long pid = state().number("pid");
        assertThat(runc.run("ps", "-f", "json", id).succeeded().out()).isEqualTo("[" + pid + "]\n");
        // Its second line has no number where the first says PID.
        Runc.Result odd = runc.run("ps", id, "-e", "-o", "comm=PID", "-o", "pid=");
        assertThat(odd.status()).isZero();
    }

    @Test
    void aStartThatFailsLeavesNothing() throws IOException {
        runc.args("nosuch");
        check(
                1,
                "runc create failed: unable to start container process: exec: \"nosuch\":"
                        + " executable file not found in $PATH",
                "create",
                "-b",
                bundle(),
                id);
        assertThat(runc.state(id)).doesNotExist();
        runc.args("true");
        runc.configure(config -> config.with("hostname", "x".repeat(100)));
        assertThat(runc.run("create", "-b", bundle(), id).status()).isEqualTo(1);
        assertThat(runc.state(id)).doesNotExist();
    }

    /** Without process ids of their own the first one's end does not end the others. */
    @Test
    void killAndForceEndAllProcessesThatShareTheHostsIds() throws IOException {
        runc.configure(config -> {
            List<JsonObject> namespaces = config.object("linux").objects("namespaces");
            config.object("linux")
                    .with(
                            "namespaces",
                            namespaces.stream()
                                    .filter(n -> !n.string("type").equals("pid"))
                                    .toList());
        });
        for (List<String> end : List.of(List.of("kill", id, "KILL"), List.of("delete", "-f", id))) {
            start("sh", "-c", "sleep 1000 & sleep 1000");
            String[] pids =
                    runc.run("ps", "-f", "json", id).out().replaceAll("[^0-9,]", "").split(",");
            Runc.Result result = runc.run(end.toArray(String[]::new)).succeeded();
            assertThat(result.errors()).isEmpty();
            awaitEndOf(pids);
            runc.run("delete", "-f", id).succeeded();
        }
    }

    /** Ended ones may wait for a parent that asks. */
    private static void awaitEndOf(String... pids) throws IOException {
        for (String pid : pids) {
            Path status = Path.of("/proc", pid, "stat");
            while (Files.exists(status) && !Files.readString(status).contains(") Z ")) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aCreatedContainerCanBeDeleted() throws IOException {
        runc.args("true");
        runc.run("create", "-b", bundle(), id).succeeded();
        runc.run("delete", id).succeeded();
        runc.run("delete", "--force", id).succeeded();
    }

    @Test
    void stateIsForItsOwnerAlone() throws IOException {
        start("sleep", "1000");
        assertThat(Files.getPosixFilePermissions(runc.state(id).resolve("state.json")).toString())
                .doesNotContain("GROUP", "OTHERS");
        assertThat(Files.getPosixFilePermissions(runc.state(id)).toString())
                .doesNotContain("_READ, GROUP", "OTHERS_READ", "OTHERS_WRITE", "GROUP_WRITE");
    }

    /** CVE-2019-5736: what is on its way into the container is not the file on the host. */
    @Test
    void theProgramOnTheWayIntoAContainerIsASealedCopy() throws IOException {
        runc.args("true");
        runc.run("create", "-b", bundle(), id).succeeded();
        Path program = Path.of("/proc/" + state().number("pid") + "/exe");
        assertThat(Files.readSymbolicLink(program).toString()).startsWith("/memfd:");
    }

    /** A recorded process that has ended is not confused with the one that has its id now. */
    @Test
    void aProcessIdThatIsUsedAgainIsAStranger() throws IOException {
        start("sleep", "1000");
        runc.run("kill", id, "KILL").succeeded();
        awaitEnd();
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            Path file = runc.state(id).resolve("state.json");
            JsonObject json = Json.parseObject(Files.readAllBytes(file));
            json.with("init_process_pid", stranger.pid());
            Files.write(file, Json.writeBytes(json));
            assertThat(state().string("status")).isEqualTo("stopped");
            check(1, "container not running", "kill", id, "KILL");
            runc.run("delete", "--force", id).succeeded();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void updateChangesLimitsByOptionsAndByJson() throws IOException {
        start("sleep", "1000");
        runc.run("update", "--memory", "64m", "--pids-limit", "30", "--cpu-share", "200", id)
                .succeeded();
        assertThat(usage().memory().limit()).isEqualTo(67_108_864);
        assertThat(usage().pids().limit()).isEqualTo(30);
        assertThat(weight()).isIn("cpu.shares 200", "cpu.weight 29");
        var line = new ProcessBuilder(runc.line("update", "--resources=-", id));
        runc.run(line, "{\"memory\":{\"limit\":33554432},\"cpu\":{\"shares\":100}}").succeeded();
        assertThat(usage().memory().limit()).isEqualTo(33_554_432);
        assertThat(weight()).isIn("cpu.shares 100", "cpu.weight 17");
        assertThat(usage().pids().limit()).isEqualTo(30);
        check(
                1,
                "invalid value for memory: invalid syntax: \"much\"",
                "update",
                "--memory",
                "much",
                id);
        assertThat(runc.run("update", "--l3-cache-schema", "L3:0=f", id).message())
                .startsWith("Intel RDT/CAT: l3 cache schema is not enabled")
                .contains("/sys/fs/resctrl is not mounted");
        check(
                1,
                "invalid value for memory: invalid syntax: \"9999999999g\"",
                "update",
                "--memory",
                "9999999999g",
                id);
        assertThat(Files.readString(runc.state(id).resolve("config.json"))).contains("33554432");
    }

    private CgroupUsage usage() throws IOException {
        return ContainerCgroups.detect().of("/" + id).usage();
    }

    /** The file of the machine's version of cgroups, and what stands in it. */
    private String weight() throws IOException {
        boolean unified = ContainerCgroups.detect().unified();
        Path file = Path.of(unified ? id + "/cpu.weight" : "cpu/" + id + "/cpu.shares");
        return file.getFileName()
                + " "
                + Files.readString(Path.of("/sys/fs/cgroup").resolve(file)).strip();
    }

    @Test
    void eventsTellTheStatistics() throws IOException {
        start("sleep", "1000");
        JsonObject event = runc.run("events", "--stats", id).succeeded().json();
        assertThat(event.string("type")).isEqualTo("stats");
        assertThat(event.string("id")).isEqualTo(id);
        assertThat(event.object("data").object("pids").number("current")).isEqualTo(1);
        check(1, "duration interval must be greater than 0", "events", "--interval", "0s", id);
    }

    @Test
    void aTerminalInTheForegroundIsTheCallers() throws IOException {
        runc.args(
                "sh",
                "-c",
                "stty size; test -t 0 && test -t 1 && readlink /proc/self/fd/0;"
                        + " read x; echo got $x");
        runc.configure(config -> config.object("process").with("terminal", true));
        String line = String.join(" ", runc.line("run", "-b", bundle(), id));
        var script =
                new ProcessBuilder("script", "-qec", "stty rows 33 cols 77; " + line, "/dev/null");
        Runc.Result result = runc.run(script, "typed\n");
        assertThat(result.out().replace("\r", "")).contains("33 77\n", "/dev/pts/", "got typed\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void signalsOfTheForegroundReachTheContainer() throws IOException {
        runc.args("sh", "-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done");
        Process process =
                new ProcessBuilder(runc.line("run", "-b", bundle(), id))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            new ProcessBuilder("kill", "-USR1", Long.toString(process.pid())).start();
            assertThat(process.onExit().join().exitValue()).isEqualTo(42);
        }
        assertThat(runc.state(id)).doesNotExist();
    }

    /** CVE-2024-21626 and sloppy callers: nothing of the caller's but stdio is open inside. */
    @Test
    void onlyPromisedDescriptorsReachTheContainer() throws IOException {
        runc.args("sh", "-c", "ls -l /proc/self/fd | grep -c -e host -e state; cat <&4; true");
        Path host = Files.writeString(directory.resolve("host"), "host text\n");
        String open = " 3</ 4<" + host + " 9</etc";
        String run = String.join(" ", runc.line("run", "-b", bundle(), id)) + open;
        Runc.Result closed = runc.run(new ProcessBuilder("sh", "-c", run), "");
        assertThat(closed.out()).isEqualTo("0\n");
        String kept = run.replace("run -b", "run --preserve-fds 2 -b");
        assertThat(runc.run(new ProcessBuilder("sh", "-c", kept), "").out())
                .endsWith("host text\n");
        Runc.Result missing = runc.run("run", "--preserve-fds", "3", "-b", bundle(), id);
        assertThat(missing.status()).isEqualTo(1);
        assertThat(runc.state(id)).doesNotExist();
    }

    /** What lies there was written by the user whose environment sudo kept. */
    @Test
    void rootDoesNotUseTheRuntimeDirectoryOfAnotherUser() throws IOException {
        Path directories = Files.createDirectories(directory.resolve("jong-runc/planted"));
        Files.writeString(directories.resolve("state.json"), "{}");
        List<String> line = runc.line("list");
        var list = new ProcessBuilder(line.getFirst(), "list", "-q");
        list.environment().put("XDG_RUNTIME_DIR", directory.toString());
        list.environment().put("USER", "somebody");
        Runc.Result result = runc.run(list, "").succeeded();
        assertThat(result.out() + result.errors()).doesNotContain("planted");
    }

    /** As sd_listen_fds(3) has it: they are whose id the environment names. */
    @Test
    void listenersOfAnotherProcessDoNotReachTheContainer() throws IOException {
        runc.args("sh", "-c", "echo $LISTEN_FDS; cat <&3");
        Path host = Files.writeString(directory.resolve("host"), "host text\n");
        String run = String.join(" ", runc.line("run", "-b", bundle(), id)) + " 3<" + host;
        var ours = new ProcessBuilder("sh", "-c", "export LISTEN_FDS=1 LISTEN_PID=$$; exec " + run);
        assertThat(runc.run(ours, "").out()).isEqualTo("1\nhost text\n");
        var others =
                new ProcessBuilder("sh", "-c", "export LISTEN_FDS=1 LISTEN_PID=1; exec " + run);
        assertThat(runc.run(others, "").out()).isEqualTo("\n");
    }

    /** Else descriptors of the runtime got these numbers, and its messages went to them. */
    @Test
    void closedStdioIsTheNullDevice() throws IOException {
        runc.args("sleep", "1000");
        String run = String.join(" ", runc.line("run", "-d", "-b", bundle(), id));
        var shell = new ProcessBuilder("sh", "-c", run + " <&- >&- 2>&-");
        runc.run(shell, "").succeeded();
        for (int fd = 0; fd < 3; fd++) {
            Path open = Path.of("/proc/" + state().number("pid") + "/fd/" + fd);
            assertThat(Files.readSymbolicLink(open)).isEqualTo(Path.of("/dev/null"));
        }
    }
}
