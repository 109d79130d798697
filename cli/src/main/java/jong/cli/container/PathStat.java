package jong.cli.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Session;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a path in a container is, as the archive API tells it in a header. */
record PathStat(JsonObject json) {

    private static final long DIRECTORY = 1L << 31;
    private static final long SYMLINK = 1L << 27;
    private static final long UNUSUAL = 1L << 26 | 1L << 25 | 1L << 24 | 1L << 21 | 1L << 19;

    /** Of the answer to a request. */
    static PathStat of(Response response) {
        String header = response.header("X-Docker-Container-Path-Stat");
        return new PathStat(
                Json.parseObject(new String(Base64.getDecoder().decode(header), UTF_8)));
    }

    /** Asks for a path; null if that fails, whatever the reason. */
    static @Nullable PathStat find(Session session, String container, String path)
            throws IOException {
        Request request = Request.head("/containers/" + container + "/archive").query("path", path);
        try (Response response = session.client().send(request)) {
            return of(response);
        } catch (EngineException _) {
            return null;
        }
    }

    boolean isDirectory() {
        return (json.number("mode") & DIRECTORY) != 0;
    }

    boolean isSymlink() {
        return (json.number("mode") & SYMLINK) != 0;
    }

    /** Whether it is neither file, directory nor symlink. */
    boolean isUnusual() {
        return (json.number("mode") & UNUSUAL) != 0;
    }

    /** The path that a symlink leads to. */
    String target(String path) {
        String target = json.string("linkTarget");
        return target.startsWith("/")
                ? target
                : CopyPath.clean(CopyPath.entryParent(path) + "/" + target);
    }
}
