package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Sockets of the caller's that get a container's terminal and a descriptor of its process. The
 * names that come with them are runc's; the descriptors themselves are lost on the way into Java.
 */
final class SocketCommandsTest extends ContainerCase {

    private static final int LONGEST_NAME = 100;

    @Test
    void theTerminalOfACreatedContainerGoesToTheConsoleSocket() throws IOException {
        runc.args("sleep", "1000");
        runc.configure(config -> config.object("process").with("terminal", true));
        assertThat(handedOver("--console-socket", "create", "-b", bundle(), id))
                .isEqualTo("/dev/ptmx");
    }

    @Test
    void theTerminalOfAFurtherProcessGoesToTheConsoleSocket() throws IOException {
        runc.args("sleep", "1000");
        runc.run("run", "-d", "-b", bundle(), id).succeeded();
        assertThat(handedOver("--console-socket", "exec", "-d", "-t", id, "sleep", "1000"))
                .isEqualTo("/dev/ptmx");
    }

    @Test
    void descriptorsOfProcessesGoToThePidfdSocket() throws IOException {
        runc.args("sleep", "1000");
        assertThat(handedOver("--pidfd-socket", "run", "-d", "-b", bundle(), id))
                .isEqualTo("pidfd");
        assertThat(handedOver("--pidfd-socket", "exec", "-d", id, "true")).isEqualTo("pidfd");
    }

    @Test
    void aSocketThatNobodyListensAtFailsTheCreationAndLeavesNothing() throws IOException {
        runc.args("sleep", "1000");
        Path nowhere = directory.resolve("nowhere.sock");
        Runc.Result result =
                runc.run("create", "--pidfd-socket", nowhere.toString(), "-b", bundle(), id);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message()).contains(nowhere.toString(), "no such file or directory");
        assertThat(runc.state(id)).doesNotExist();
    }

    @Test
    void aTerminalWithoutAReceiverIsRefused() throws IOException {
        runc.args("sleep", "1000");
        runc.configure(config -> config.object("process").with("terminal", true));
        Runc.Result result = runc.run("create", "-b", bundle(), id);
        assertThat(result.message())
                .isEqualTo(
                        "runc create failed: cannot allocate tty if runc will detach without"
                                + " setting console socket");
        runc.configure(config -> config.object("process").with("terminal", false));
        result = runc.run("create", "--console-socket", "/x", "-b", bundle(), id);
        assertThat(result.message())
                .isEqualTo(
                        "runc create failed: cannot use console socket if runc will not detach or"
                                + " allocate tty");
    }

    /** What a command with this option and a socket sends there. */
    private String handedOver(String option, String command, String... words) throws IOException {
        Path path = directory.resolve("listener.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var line = new java.util.ArrayList<>(java.util.List.of(command, option));
            line.add(path.toString());
            line.addAll(java.util.List.of(words));
            runc.run(line.toArray(String[]::new)).succeeded();
            try (SocketChannel connection = server.accept()) {
                ByteBuffer name = ByteBuffer.allocate(LONGEST_NAME);
                connection.read(name);
                assertThat(Channels.newInputStream(connection).read()).isEqualTo(-1);
                return new String(name.array(), 0, name.position(), UTF_8);
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
