package jong.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/** Docker's contexts: {@code contexts/meta/SHA256(name)/meta.json} in the configuration. */
public final class ContextStore {

    private final Path meta;

    /** The contexts of a configuration. */
    public ContextStore(ConfigFile config) {
        this.meta = config.directory().resolve("contexts").resolve("meta");
    }

    /** Where the context of that name is kept. */
    public Path file(String name) {
        return meta.resolve(sha256(name)).resolve("meta.json");
    }

    /** A context's document; nothing if there is none of that name or it cannot be read. */
    public Optional<JsonObject> find(String name) {
        return read(file(name));
    }

    /** The documents of all contexts, sorted by name; unreadable ones are left out. */
    public List<JsonObject> list() throws IOException {
        List<JsonObject> contexts = new ArrayList<>();
        if (!Files.isDirectory(meta)) {
            return contexts;
        }
        try (var directories = Files.newDirectoryStream(meta)) {
            for (Path directory : directories) {
                read(directory.resolve("meta.json")).ifPresent(contexts::add);
            }
        }
        contexts.sort((a, b) -> a.string("Name").compareTo(b.string("Name")));
        return contexts;
    }

    /** The daemon's address in a context's document; may be empty. */
    public static String host(JsonObject context) {
        return context.object("Endpoints").object("docker").string("Host");
    }

    private static Optional<JsonObject> read(Path file) {
        try {
            return Optional.of(Json.parseObject(Files.readAllBytes(file)));
        } catch (IOException | JsonException e) {
            return Optional.empty();
        }
    }

    private static String sha256(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
