package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;

/** A driver without files that remembers what it was asked for. */
final class RecordingDriver implements VolumeDriver {

    static final String NAME = "recorder";

    final Set<String> volumes = ConcurrentHashMap.newKeySet();
    final List<String> unmounted = new CopyOnWriteArrayList<>();

    /** The volume that cannot be unmounted. */
    volatile String stuck = "";

    /** Done before a volume is removed. */
    volatile Runnable whileRemoved = () -> {};

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String scope() {
        return "local";
    }

    @Override
    public void create(String name, Map<String, String> options) {
        volumes.add(name);
    }

    @Override
    public void remove(String name) {
        whileRemoved.run();
        volumes.remove(name);
    }

    @Override
    public Path mount(String name, String id) {
        return Path.of("/mnt", name);
    }

    @Override
    public void unmount(String name, String id) throws IOException {
        if (name.equals(stuck)) {
            throw new IOException("device is busy");
        }
        unmounted.add(name);
    }

    @Override
    public Optional<Found> get(String name) {
        return volumes.contains(name) ? Optional.of(found(name)) : Optional.empty();
    }

    private static Found found(String name) {
        return new Found(name, "", "", new JsonObject());
    }

    @Override
    public List<Found> list() {
        return volumes.stream().map(RecordingDriver::found).toList();
    }

    /** It alone. */
    VolumeDrivers alone() {
        return new VolumeDrivers() {
            @Override
            public VolumeDriver get(String name) {
                if (!name.equals(NAME)) {
                    throw new NotFound("plugin \"" + name + "\" not found");
                }
                return RecordingDriver.this;
            }

            @Override
            public List<VolumeDriver> all() {
                return List.of(RecordingDriver.this);
            }

            @Override
            public List<String> known() {
                return List.of(NAME);
            }
        };
    }
}
