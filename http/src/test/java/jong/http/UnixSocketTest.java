package jong.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketTest {

    @TempDir Path directory;

    private static HttpServer server() {
        return new HttpServer(
                new ServerTest.Steps(exchange -> exchange.empty(204)),
                ServerOptions.forGroup("nogroup"));
    }

    private ListenAddress.Unix address(String name) {
        return new ListenAddress.Unix(directory.resolve(name));
    }

    @Test
    void theSocketBelongsToItsGroupAndGoesWithItsServer() throws IOException {
        ListenAddress.Unix address = address("s");
        try (var server = server()) {
            server.listen(address);
            var attributes = Files.readAttributes(address.path(), PosixFileAttributes.class);
            assertThat(attributes.permissions())
                    .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
            assertThat(attributes.group().getName()).isEqualTo("nogroup");
        }
        assertThat(address.path()).doesNotExist();
    }

    @Test
    void aStaleSocketFileIsReplacedAndALiveOneIsNot() throws IOException {
        ListenAddress.Unix live = address("live");
        ListenAddress.Unix stale = address("stale");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale.path()));
        }
        assertThat(stale.path()).exists();
        try (var first = server();
                var second = server()) {
            first.listen(live);
            assertThatThrownBy(() -> second.listen(live))
                    .hasMessageContaining("another process listens there");
            second.listen(stale);
            try (var client = new RawClient(stale)) {
                assertThat(client.get("/").readHead()).startsWith("HTTP/1.1 204 No Content\r\n");
            }
        }
    }
}
