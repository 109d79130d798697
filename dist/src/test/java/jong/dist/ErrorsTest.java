package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads when it goes wrong: docker's own words and exit status. */
@BlackBox
class ErrorsTest {

    private static final String START =
            "failed to create task for container: failed to create shim task: "
                    + "OCI runtime create failed: runc create failed: "
                    + "unable to start container process: ";

    private final Cli cli;

    ErrorsTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    static Stream<Arguments> failingRuns() {
        return Stream.of(
                failure(
                        127,
                        "busybox nosuch",
                        START + "exec: \"nosuch\": executable file not found in $PATH"),
                failure(127, "busybox /no/such", "stat /no/such: no such file or directory"),
                failure(
                        126,
                        "busybox /etc/not-executable",
                        START + "exec: \"/etc/not-executable\": permission denied"),
                failure(126, "busybox /etc", START + "exec: \"/etc\": is a directory"),
                failure(
                        125,
                        "-w /etc/passwd busybox true",
                        "Cannot mkdir: /etc/passwd is not a directory"),
                failure(
                        125,
                        "-u nosuch busybox true",
                        "unable to find user nosuch: no matching entries in passwd file"),
                failure(125, "BADNAME", "repository name (library/BADNAME) must be lowercase"),
                failure(125, "--badflag busybox", "unknown flag: --badflag"),
                failure(
                        125,
                        "--name bad:name busybox",
                        "Invalid container name (bad:name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are"),
                failure(125, "--network nosuchnet busybox", "network nosuchnet not found"),
                failure(
                        125,
                        "-v relative/x:/y busybox",
                        "\"relative/x\" includes invalid characters for a local volume name"),
                failure(
                        125,
                        "-v /tmp:rel busybox",
                        "invalid mount path: 'rel' mount path must be absolute"),
                failure(125, "-m 1k busybox", "Minimum memory limit allowed is 6MB"),
                failure(
                        125,
                        "--cap-drop=NOSUCH busybox",
                        "invalid CapDrop: unknown capability: \"CAP_NOSUCH\""),
                failure(
                        125,
                        "--mount type=bind,src=/no/such,dst=/x busybox",
                        "bind source path does not exist: /no/such"),
                failure(125, "127.0.0.1:9/nosuch", "dial tcp 127.0.0.1:9: connect: connection"));
    }

    @ParameterizedTest
    @MethodSource("failingRuns")
    void failedRunSaysWhyAndLeavesNothing(int status, String arguments, String message) {
        var result = cli.run("run --rm " + arguments).exitedWith(status);
        assertThat(result.err()).contains(message);
        assertThat(cli.run("ps -aq").succeeded().out()).isEmpty();
    }

    @Test
    void imageAndCommandAreNeeded() {
        assertThat(cli.run("run").exitedWith(1).err()).contains("requires at least 1 argument");
    }

    @Test
    void nameInUseIsAConflictThatNamesItsHolder() {
        var id = cli.run("run -d --name taken busybox sleep 1000").line();
        var second = cli.run("run -d --name taken busybox true").exitedWith(125);
        assertThat(second.err())
                .contains(
                        "Conflict. The container name \"/taken\" is already in use by container \""
                                + id
                                + "\". You have to remove (or rename) that container to be able to"
                                + " reuse that name.");
    }

    @Test
    void portInUseByAContainerIsRefused() {
        cli.run("run -d -p 28099:80 busybox sleep 1000").succeeded();
        var second = cli.run("run -d --name late -p 28099:80 busybox true");
        assertThat(second.exitedWith(125).err())
                .contains("Bind for 0.0.0.0:28099 failed: port is already allocated");
        assertThat(cli.inspect("late", "{{.State.Status}}")).isEqualTo("created");
    }

    @Test
    void portInUseByAProcessOfTheHostIsRefused() throws java.io.IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            var port = socket.getLocalPort();
            var run = cli.run("run -d -p", port + ":80", "busybox", "true");
            assertThat(run.exitedWith(125).err()).contains("address already in use");
        }
    }

    static Stream<Arguments> unknownNames() {
        return Stream.of(
                failure(1, "start nosuch", "No such container: nosuch"),
                failure(1, "stop nosuch", "No such container: nosuch"),
                failure(1, "logs nosuch", "No such container: nosuch"),
                failure(1, "kill nosuch", "No such container: nosuch"),
                failure(1, "exec nosuch true", "No such container: nosuch"),
                failure(1, "rm nosuch", "No such container: nosuch"),
                failure(1, "rmi nosuch", "No such image: nosuch:latest"),
                failure(1, "inspect nosuch", "No such object: nosuch"));
    }

    @ParameterizedTest
    @MethodSource("unknownNames")
    void unknownNameIsNamed(int status, String command, String message) {
        assertThat(cli.run(command).exitedWith(status).err()).containsIgnoringCase(message);
    }

    @Test
    void runningContainerIsNotRemovedWithoutForce() {
        cli.run("run -d --name busy busybox sleep 1000").succeeded();
        assertThat(cli.run("rm busy").exitedWith(1).err())
                .contains(
                        "cannot remove container \"/busy\": container is running: stop the"
                                + " container before removing or force remove");
    }

    @Test
    void daemonThatDoesNotAnswerIsNamed() {
        var result = cli.run("-H unix:///no/such/jong.sock ps").exitedWith(1);
        assertThat(result.err())
                .contains(
                        "Cannot connect to the Docker daemon at unix:///no/such/jong.sock. "
                                + "Is the docker daemon running?");
    }

    private static Arguments failure(int status, String arguments, String message) {
        return Arguments.of(status, arguments, message);
    }
}
