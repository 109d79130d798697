package jong.engine.plugins;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import jong.engine.plugins.PluginClient.Patience;
import jong.engine.volumes.VolumeDriver;
import jong.engine.volumes.VolumeDrivers;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;

/**
 * The plugins of this host, found when they are needed and asked once what they are. One that comes
 * back at another place is asked again.
 */
public final class Plugins implements VolumeDrivers {

    private static final System.Logger LOG = System.getLogger(Plugins.class.getName());
    private static final String VOLUME_DRIVER = "VolumeDriver";
    private static final Duration ACTIVATION = Duration.ofSeconds(30);

    private final PluginPlaces places;
    private final Duration retries;
    private final Map<String, Active> active = new ConcurrentHashMap<>();

    /** One that has said what it is. */
    private record Active(PluginAddress address, List<String> kinds, VolumeDriver driver) {}

    /** Finds plugins there, and tries them for as long as dockerd does. */
    public Plugins(PluginPlaces places) {
        this(places, Duration.ofSeconds(30));
    }

    /**
     * Finds plugins there.
     *
     * @param retries how long one is tried that cannot be reached
     */
    Plugins(PluginPlaces places, Duration retries) {
        this.places = places;
        this.retries = retries;
    }

    @Override
    public VolumeDriver get(String name) throws IOException {
        Active plugin = activated(name, Patience.AGAIN);
        if (!plugin.kinds().contains(VOLUME_DRIVER)) {
            throw new IOException(
                    "error looking up volume plugin %s: plugin \"%s\" does not implement the"
                                    .formatted(name, name)
                            + " requested driver, which is VolumeDriver");
        }
        return plugin.driver();
    }

    @Override
    public List<VolumeDriver> all() {
        List<VolumeDriver> drivers = new ArrayList<>();
        for (String name : thereOrGone()) {
            try {
                Active plugin = activated(name, Patience.ONCE);
                if (plugin.kinds().contains(VOLUME_DRIVER)) {
                    drivers.add(plugin.driver());
                }
            } catch (IOException | NotFound e) {
                LOG.log(Level.WARNING, "plugin {0}: {1}", name, e.getMessage());
            }
        }
        return drivers;
    }

    @Override
    public List<String> known() {
        return active.entrySet().stream()
                .filter(plugin -> plugin.getValue().kinds().contains(VOLUME_DRIVER))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Those that are there, and those that were: who has used one hears that it is gone. */
    private Set<String> thereOrGone() {
        var names = new TreeSet<>(active.keySet());
        try {
            names.addAll(places.names());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot list plugins: {0}", e.getMessage());
        }
        return names;
    }

    private Active activated(String name, Patience patience) throws IOException {
        Active known = active.get(name);
        Optional<PluginAddress> address = places.find(name);
        if (known != null && (address.isEmpty() || address.get().equals(known.address()))) {
            return known;
        }
        if (address.isEmpty()) {
            throw new NotFound(
                    "error looking up volume plugin %s: plugin \"%s\" not found"
                            .formatted(name, name));
        }
        var client = new PluginClient(address.get(), retries);
        List<String> kinds;
        try {
            kinds =
                    client.call("Plugin.Activate", new JsonObject(), ACTIVATION, patience)
                            .strings("Implements");
        } catch (IOException | JsonException e) {
            throw new IOException(
                    "error looking up volume plugin " + name + ": " + e.getMessage(), e);
        }
        var plugin = new Active(address.get(), kinds, new PluginVolumes(name, client));
        active.put(name, plugin);
        return plugin;
    }
}
