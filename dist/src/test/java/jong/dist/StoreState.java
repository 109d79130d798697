package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** What an engine's store holds, and whether it is sound. */
record StoreState(Engine engine) {

    /** The problems that {@code system check} finds. */
    List<String> damage() {
        var answer =
                Command.of(
                                "curl",
                                "-sS",
                                "--max-time",
                                "50",
                                "--unix-socket",
                                engine.socket().toString(),
                                "-X",
                                "POST",
                                "http://jong/jong/system/check?full=1")
                        .run()
                        .succeeded();
        JsonObject report = Json.parseObject(answer.out());
        if (!report.has("Damage")) {
            return List.of(answer.out());
        }
        return report.objects("Damage").stream()
                .map(damage -> damage.string("Kind") + ": " + damage.string("Problem"))
                .toList();
    }

    /** Files of content, of ingests, and directories of snapshots. */
    List<Path> files() {
        List<Path> found = new ArrayList<>();
        for (String place :
                List.of(
                        "content/blobs/sha256",
                        "content/blobs/sha512",
                        "content/ingest",
                        "snapshots",
                        "containers")) {
            try (Stream<Path> files = Files.list(engine.dataRoot().resolve(place))) {
                files.forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }
}
