package jong.runtime.box;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** Takes the listeners of filters, for any user, and drops them: what they hold then fails. */
public final class FilterAgent implements AutoCloseable {

    private final Path path;
    private final ServerSocketChannel server;

    /** Listens at {@code path}, until it is closed. */
    public FilterAgent(Path path) throws IOException {
        this.path = path;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /** The message that comes with the next listener. */
    public CompletableFuture<JsonObject> next() {
        return CompletableFuture.supplyAsync(this::receive);
    }

    private JsonObject receive() {
        try (SocketChannel connection = server.accept()) {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            while (connection.read(bytes) >= 0) {
                continue;
            }
            return Json.parseObject(
                    new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.delete(path);
    }
}
