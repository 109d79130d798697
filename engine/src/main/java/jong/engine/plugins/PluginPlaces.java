package jong.engine.plugins;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * The directories in which plugins make themselves known: by a socket {@code NAME.sock}, or a file
 * {@code NAME.spec} or {@code NAME.json} that says where they listen; each also in a directory
 * {@code NAME}.
 *
 * @param sockets the directory of sockets
 * @param specs directories of files, the first that knows a name wins
 */
public record PluginPlaces(Path sockets, List<Path> specs) {

    /** Docker's own. */
    public static final PluginPlaces USUAL =
            new PluginPlaces(
                    Path.of("/run/docker/plugins"),
                    List.of(Path.of("/etc/docker/plugins"), Path.of("/usr/lib/docker/plugins")));

    private static final int MOST_FILE_BYTES = 64 << 10;

    public PluginPlaces {
        specs = List.copyOf(specs);
    }

    /** All plugins in one directory. */
    public static PluginPlaces in(Path directory) {
        return new PluginPlaces(directory, List.of(directory));
    }

    /** The names of all plugins, running or not. */
    List<String> names() throws IOException {
        var names = new TreeSet<String>();
        collect(sockets, List.of(".sock"), names);
        for (Path directory : specs) {
            collect(directory, List.of(".spec", ".json"), names);
        }
        return List.copyOf(names);
    }

    private static void collect(Path directory, List<String> endings, Set<String> names)
            throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                for (String ending : endings) {
                    if (Files.isDirectory(entry)) {
                        if (Files.exists(entry.resolve(name + ending))) {
                            names.add(name);
                        }
                    } else if (name.endsWith(ending) && name.length() > ending.length()) {
                        names.add(name.substring(0, name.length() - ending.length()));
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            // No plugins there.
        }
    }

    /**
     * Where a plugin listens; empty if nobody has made it known.
     *
     * @throws IOException if what is said of it makes no sense
     */
    Optional<PluginAddress> find(String name) throws IOException {
        if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            return Optional.empty();
        }
        for (Path socket : candidates(sockets, name, ".sock")) {
            if (Files.exists(socket) && !Files.isDirectory(socket)) {
                return Optional.of(PluginAddress.parse("unix://" + socket));
            }
        }
        for (Path directory : specs) {
            List<Path> files = new ArrayList<>(candidates(directory, name, ".spec"));
            files.addAll(candidates(directory, name, ".json"));
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    return Optional.of(read(file));
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> candidates(Path directory, String name, String ending) {
        String file = name + ending;
        return List.of(directory.resolve(file), directory.resolve(name).resolve(file));
    }

    private static PluginAddress read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_FILE_BYTES);
        }
        String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip();
        if (file.toString().endsWith(".spec")) {
            return PluginAddress.parse(text);
        }
        try {
            JsonObject json = Json.parseObject(text);
            return PluginAddress.parse(json.string("Addr"), PluginTls.of(json.object("TLSConfig")));
        } catch (JsonException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
