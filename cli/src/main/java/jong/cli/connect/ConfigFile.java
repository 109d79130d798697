package jong.cli.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import jong.cli.failure.CommandException;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * Docker's configuration of the user, {@code ~/.docker/config.json}; a missing one is empty.
 *
 * @param directory where it lies, with the contexts beside it
 */
public record ConfigFile(Path directory, JsonObject json) {

    static ConfigFile readFrom(Path directory) {
        Path file = directory.resolve("config.json");
        try {
            return new ConfigFile(directory, Json.parseObject(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return new ConfigFile(directory, new JsonObject());
        } catch (IOException | JsonException e) {
            throw new CommandException("cannot load config file " + file + ": " + e.getMessage());
        }
    }

    /** Reads the file that {@code --config}, {@code DOCKER_CONFIG} or the home directory names. */
    public static ConfigFile read(GlobalOptions options, Map<String, String> environment) {
        if (!options.config().isEmpty()) {
            return readFrom(Path.of(options.config()));
        }
        String directory = environment.getOrDefault("DOCKER_CONFIG", "");
        return readFrom(
                directory.isEmpty()
                        ? Path.of(environment.getOrDefault("HOME", "/root"), ".docker")
                        : Path.of(directory));
    }

    /** Sets a text, or takes it away if it is empty, and writes the file anew. */
    public void setText(String name, String value) throws IOException {
        if (value.isEmpty()) {
            json.remove(name);
        } else {
            json.put(name, value);
        }
        save();
    }

    /**
     * Writes the file anew, for its owner alone: it may hold secrets. Where it is a symbolic link,
     * what that points to is written.
     */
    public void save() throws IOException {
        Path target = Files.exists(file()) ? file().toRealPath() : file();
        Path parent = target.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path part = Files.createTempFile(parent, "config.json", ".part");
        Files.writeString(part, Json.writePretty(json, "\t"));
        Files.move(part, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** The file itself, which may not exist. */
    public Path file() {
        return directory.resolve("config.json");
    }

    /** A text such as {@code psFormat}; empty if it is not there. */
    public String text(String name) {
        return json.string(name);
    }
}
