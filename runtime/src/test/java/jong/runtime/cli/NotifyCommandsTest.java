package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A service manager that hears when a container's program is ready. Java knows no datagrams over
 * unix sockets: perl, which Debian always has, speaks and listens.
 */
final class NotifyCommandsTest extends ContainerCase {

    private static final String LISTEN =
            "$s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;"
                    + " $| = 1; print \"here\\n\"; print \"$m|\\n\" =~ s/\\n\\|/|/r"
                    + " while defined $s->recv($m, 4096);";

    private static final String SPEAK =
            "$s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $ARGV[0]) or die $!;"
                    + " $s->send($_) for @ARGV[1 .. $#ARGV];";

    private Path address;
    private Process manager;
    private BufferedReader heard;

    @BeforeEach
    void listen() throws IOException {
        address = directory.resolve("manager.sock");
        manager =
                new ProcessBuilder(perl(LISTEN, address.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        heard = manager.inputReader();
        assertThat(heard.readLine()).isEqualTo("here");
    }

    @AfterEach
    void stop() throws Exception {
        manager.destroyForcibly().waitFor();
    }

    private static List<String> perl(String program, String... words) {
        var line = new java.util.ArrayList<>(List.of("perl", "-MIO::Socket::UNIX", "-e", program));
        line.addAll(List.of(words));
        return line;
    }

    /** Runs a command for the manager. */
    private Process managed(String... words) throws IOException {
        var builder = new ProcessBuilder(runc.line(words));
        builder.environment().put("NOTIFY_SOCKET", address.toString());
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    /** Says these messages in place of the container's program, over the container's socket. */
    private void say(Process command, String... messages) throws IOException {
        Path socket = runc.state(id).resolve("notify/notify.sock");
        while (!Files.exists(socket) || !Files.exists(runc.bundle.resolve("rootfs/tmp/up"))) {
            assertThat(command.isAlive()).as(errors()).isTrue();
        }
        var line = perl(SPEAK, socket.toString());
        line.addAll(List.of(messages));
        runc.run(new ProcessBuilder(line), "").succeeded();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    private void checkHeard(long mainPid) throws IOException {
        assertThat(heard.readLine()).isEqualTo("READY=1|");
        assertThat(heard.readLine()).isEqualTo("MAINPID=" + mainPid + "|");
    }

    private void prepare(String then) throws IOException {
        runc.args(
                "sh",
                "-c",
                "[ -n \"$NOTIFY_SOCKET\" ] || exit 9; ls $NOTIFY_SOCKET >/tmp/up; " + then);
        runc.configure(config -> config.object("root").with("readonly", false));
    }

    @Test
    void aRunInTheBackgroundWaitsUntilTheProgramIsReady() throws Exception {
        prepare("exec sleep 1000");
        Process command = managed("run", "-d", "-b", bundle(), id);
        say(command, "STATUS=soon", "STATUS=now\nREADY=1");
        assertThat(command.waitFor()).as(errors()).isZero();
        checkHeard(state().number("pid"));
        assertThat(heard.readLine()).isEqualTo("BARRIER=1|");
        assertThat(runc.bundle.resolve("rootfs/tmp/up")).hasContent("/run/notify/notify.sock\n");
    }

    @Test
    void aStartWaitsUntilTheProgramIsReady() throws Exception {
        prepare("exec sleep 1000");
        assertThat(managed("create", "-b", bundle(), id).waitFor()).as(errors()).isZero();
        Process command = managed("start", id);
        say(command, "READY=1");
        assertThat(command.waitFor()).as(errors()).isZero();
        checkHeard(state().number("pid"));
    }

    @Test
    void aProgramThatEndsBeforeItIsReadyIsNotWaitedFor() throws Exception {
        prepare("true");
        assertThat(managed("create", "-b", bundle(), id).waitFor()).as(errors()).isZero();
        assertThat(managed("start", id).waitFor()).as(errors()).isZero();
        assertThat(managed("run", "-d", "-b", bundle(), id + "-2").waitFor()).isZero();
        runc.run("delete", id + "-2").succeeded();
    }

    /** Unlike with runc, which hears no signals until then, and hangs where that never comes. */
    @Test
    void inTheForegroundTheManagerWatchesTheCommandItself() throws Exception {
        prepare("until [ -e /tmp/stop ]; do sleep 0.02; done; exit 5");
        Process command = managed("run", "-b", bundle(), id);
        say(command, "READY=1");
        checkHeard(command.pid());
        Files.createFile(runc.bundle.resolve("rootfs/tmp/stop"));
        assertThat(command.waitFor()).isEqualTo(5);
    }
}
