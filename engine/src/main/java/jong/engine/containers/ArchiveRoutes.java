package jong.engine.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.engine.spec.MountPoint;
import jong.linux.files.Stat;
import jong.manager.archive.Extraction;
import jong.manager.archive.PathStat;
import jong.manager.archive.RootFiles;
import jong.manager.archive.Users;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** The archive API: what {@code docker cp} does. */
final class ArchiveRoutes {

    private static final String STAT_HEADER = "X-Docker-Container-Path-Stat";
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final long NANOS = 1_000_000_000L;

    private final ContainerStore store;
    private final ContainerFiles files;
    private final EventSink events;

    ArchiveRoutes(ContainerStore store, ContainerFiles files, EventSink events) {
        this.store = store;
        this.files = files;
        this.events = events;
    }

    void register(Router router) {
        router.route("HEAD", "/containers/{id}/archive", this::head)
                .route("GET", "/containers/{id}/archive", this::get)
                .route("PUT", "/containers/{id}/archive", this::put);
    }

    private void head(Exchange exchange) throws IOException {
        String path = path(exchange);
        Container container = store.get(exchange.path("id"));
        PathStat stat = withPath(exchange, path, () -> files.read(container, f -> f.stat(path)));
        exchange.setHeader(STAT_HEADER, header(stat));
        exchange.empty(200);
    }

    private void get(Exchange exchange) throws IOException {
        String path = path(exchange);
        String absolute = RootFiles.cleaned(path);
        Container container = store.get(exchange.path("id"));
        files.read(
                container,
                found -> {
                    PathStat stat = withPath(exchange, path, () -> found.stat(absolute));
                    exchange.setHeader(STAT_HEADER, header(stat));
                    events.publish(
                            "container", "archive-path", container.id(), container.attributes());
                    // Left open: the server ends the answer of a handler that succeeds, and cuts
                    // that of one that fails.
                    OutputStream answer = exchange.stream(200, "application/x-tar");
                    found.write(absolute, new BufferedOutputStream(answer, BUFFER_BYTES));
                    return stat;
                });
    }

    private void put(Exchange exchange) throws IOException {
        String path = path(exchange);
        Container container = store.get(exchange.path("id"));
        boolean keepKinds = exchange.query().flag("noOverwriteDirNonDir");
        boolean asUser = exchange.query().flag("copyUIDGID");
        files.write(
                container,
                found -> {
                    String directory = withPath(exchange, path, () -> found.directory(path));
                    checkWritable(container, directory);
                    String user = asUser ? container.config().user() : "";
                    Optional<Extraction.Owner> owner =
                            user.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(new Users(found).find(user));
                    found.extract(directory, exchange.input(), new Extraction(keepKinds, owner));
                    return directory;
                });
        events.publish("container", "extract-to-dir", container.id(), container.attributes());
        exchange.empty(200);
    }

    private static String path(Exchange exchange) {
        String path = exchange.query().string("path");
        if (path.isEmpty()) {
            // Docker's own text, without a space.
            throw new InvalidArgument("bad parameter: pathcannot be empty");
        }
        return path;
    }

    /** What looks for a path. */
    private interface Lookup<T> {
        T run() throws IOException;
    }

    private static <T> T withPath(Exchange exchange, String path, Lookup<T> lookup)
            throws IOException {
        try {
            return lookup.run();
        } catch (NotFound e) {
            throw new NotFound(
                    "Could not find the file " + path + " in container " + exchange.path("id"), e);
        }
    }

    /** The kernel would refuse it too, with other words. */
    private static void checkWritable(Container container, String directory) {
        for (MountPoint mount : container.mounts()) {
            String destination = mount.destination();
            if (directory.equals(destination) || directory.startsWith(destination + "/")) {
                if (!mount.writable()) {
                    throw new Internal("mounted volume is marked read-only");
                }
                return;
            }
        }
        if (container.host().readonlyRootfs()) {
            throw new Internal("container rootfs is marked read-only");
        }
    }

    private static String header(PathStat path) {
        Stat stat = path.stat();
        long nanos = stat.modificationTimeNanos();
        Instant modified =
                Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
        var json =
                new JsonObject()
                        .with("name", path.name())
                        .with("size", stat.size())
                        .with("mode", goMode(stat))
                        .with("mtime", GoTime.format(modified))
                        .with("linkTarget", path.linkTarget());
        return Base64.getEncoder().encodeToString(Json.write(json).getBytes(UTF_8));
    }

    /** Go's {@code os.FileMode}, which numbers types and set-id bits in its own way. */
    private static long goMode(Stat stat) {
        int permissions = stat.permissions();
        long mode = permissions & 0777;
        mode |= (permissions & 04000) != 0 ? 1L << 23 : 0;
        mode |= (permissions & 02000) != 0 ? 1L << 22 : 0;
        mode |= (permissions & 01000) != 0 ? 1L << 20 : 0;
        return mode
                | switch (stat.type()) {
                    case DIRECTORY -> 1L << 31;
                    case SYMLINK -> 1L << 27;
                    case BLOCK_DEVICE -> 1L << 26;
                    case CHARACTER_DEVICE -> 1L << 26 | 1L << 21;
                    case FIFO -> 1L << 25;
                    case SOCKET -> 1L << 24;
                    case REGULAR, UNKNOWN -> 0;
                };
    }
}
