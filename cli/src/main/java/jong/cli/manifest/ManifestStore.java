package jong.cli.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Manifest lists in the making, beside the configuration file: a directory for each list, and in it
 * a file for each manifest, with docker's names and content.
 */
final class ManifestStore {

    private final Path root;

    /** In the directory of the configuration file. */
    ManifestStore(Path configuration) {
        this.root = configuration.resolve("manifests");
    }

    boolean exists(String list) {
        return Files.isDirectory(directory(list));
    }

    /** The manifests of a list, ordered by name; none if there is no such list. */
    List<JsonObject> manifests(String list) throws IOException {
        List<JsonObject> manifests = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory(list))) {
            for (Path file : files.sorted().toList()) {
                manifests.add(Json.parseObject(Files.readAllBytes(file)));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return manifests;
    }

    void put(String list, String name, JsonObject manifest) throws IOException {
        Path directory = Files.createDirectories(directory(list));
        Files.write(directory.resolve(fileName(name)), Json.writeBytes(manifest));
    }

    /** Forgets a list; false if there is none. */
    boolean remove(String list) throws IOException {
        if (!exists(list)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory(list))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory(list));
        return true;
    }

    private Path directory(String list) {
        return root.resolve(fileName(list));
    }

    /** A reference has no other characters that a file's name may not have. */
    private static String fileName(String reference) {
        return reference.replace('/', '_').replace(':', '-');
    }
}
