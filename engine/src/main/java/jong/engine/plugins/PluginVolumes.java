package jong.engine.plugins;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jong.engine.plugins.PluginClient.Patience;
import jong.engine.volumes.VolumeDriver;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The volumes of a plugin: the calls of {@code /VolumeDriver.*}, with dockerd's limits of time. */
final class PluginVolumes implements VolumeDriver {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMinutes(1);

    /** How long {@code volume ls} waits for it: others are to be listed, too. */
    private static final Duration LISTING = Duration.ofSeconds(10);

    private final String name;
    private final PluginClient client;
    private volatile @Nullable String scope;

    PluginVolumes(String name, PluginClient client) {
        this.name = name;
        this.client = client;
    }

    @Override
    public String name() {
        return name;
    }

    /** Plugins need not know the call, which means {@code local}. */
    @Override
    public String scope() {
        String known = scope;
        if (known == null) {
            try {
                JsonObject answer =
                        client.call(
                                "VolumeDriver.Capabilities",
                                new JsonObject(),
                                LISTING,
                                Patience.ONCE);
                String said = answer.object("Capabilities").string("Scope");
                known = said.toLowerCase(Locale.ROOT).equals("global") ? "global" : "local";
                scope = known;
            } catch (PluginException e) {
                known = "local";
                scope = known;
            } catch (IOException | JsonException e) {
                return "local"; // To be asked again.
            }
        }
        return known;
    }

    @Override
    public void create(String volume, Map<String, String> options) throws IOException {
        var given = new JsonObject();
        options.forEach(given::with);
        call("Create", named(volume).with("Opts", options.isEmpty() ? null : given), LONG);
    }

    @Override
    public void remove(String volume) throws IOException {
        call("Remove", named(volume), SHORT);
    }

    @Override
    public Path mount(String volume, String id) throws IOException {
        JsonObject answer = call("Mount", named(volume).with("ID", id), LONG);
        return directory(read(() -> answer.string("Mountpoint")));
    }

    /** A relative path would mean a place below this process's own. */
    private Path directory(String text) throws IOException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException _) {
            // Told below, as a relative one is.
        }
        throw new IOException("plugin " + name + " mounted at \"" + text + "\", which is no path");
    }

    @Override
    public void unmount(String volume, String id) throws IOException {
        call("Unmount", named(volume).with("ID", id), SHORT);
    }

    /** Whatever the plugin says no with, it means that there is none. */
    @Override
    public Optional<Found> get(String volume) throws IOException {
        try {
            JsonObject answer =
                    client.call("VolumeDriver.Get", named(volume), SHORT, Patience.ONCE);
            JsonObject found = read(() -> answer.object("Volume"));
            return found.isEmpty() ? Optional.empty() : Optional.of(read(() -> found(found)));
        } catch (PluginException _) {
            return Optional.empty();
        }
    }

    @Override
    public List<Found> list() throws IOException {
        JsonObject answer =
                client.call("VolumeDriver.List", new JsonObject(), LISTING, Patience.ONCE);
        return read(() -> answer.objects("Volumes").stream().map(PluginVolumes::found).toList());
    }

    private static Found found(JsonObject volume) {
        return new Found(
                volume.string("Name"),
                volume.string("Mountpoint"),
                volume.string("CreatedAt"),
                volume.object("Status"));
    }

    private JsonObject call(String method, JsonObject arguments, Duration limit)
            throws IOException {
        return client.call("VolumeDriver." + method, arguments, limit, Patience.AGAIN);
    }

    private static JsonObject named(String volume) {
        return new JsonObject().with("Name", volume);
    }

    /** What reads members of an answer. */
    private interface Reading<T> {
        T run();
    }

    private <T> T read(Reading<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (JsonException e) {
            throw new IOException(
                    "the answer of plugin " + name + " makes no sense: " + e.getMessage(), e);
        }
    }
}
