package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** The driver {@code local}: a directory for each volume, on which something may be mounted. */
final class LocalVolumes implements VolumeDriver {

    /** Its name. */
    static final String NAME = "local";

    private final VolumeRecords records;
    private final VolumePlaces places;
    private final VolumeHolds holds;

    LocalVolumes(VolumeRecords records) {
        this.records = records;
        this.places = records.places();
        this.holds = records.holds();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String scope() {
        return "local";
    }

    /**
     * Makes the directory; the record is the caller's.
     *
     * @throws InvalidArgument if it cannot be limited
     */
    @Override
    public void create(String name, Map<String, String> options) throws IOException {
        try {
            places.make(name, VolumeOptions.of(options).size());
        } catch (InvalidArgument e) {
            places.remove(name);
            throw e;
        }
    }

    /** Removes the files; the record is the caller's. When this throws, what is left is there. */
    @Override
    public void remove(String name) throws IOException {
        // A container's last hold ends after its removal was answered.
        holds.end(name, mount(name));
        StoredVolume volume = records.find(name);
        records.bucket().put(name, UnfinishedVolumes.removed(volume));
        try {
            remove(name, places.moveAway(name));
        } catch (IOException | RuntimeException e) {
            records.bucket().put(name, volume.json());
            throw e;
        }
    }

    private static void remove(String name, VolumePlaces.Leaving files) throws IOException {
        try {
            files.remove();
        } catch (IOException | RuntimeException e) {
            try {
                files.moveBack(name);
            } catch (IOException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
    }

    @Override
    public Path mount(String name, String id) throws IOException {
        LocalMount mount = mount(name);
        holds.add(name, id, mount);
        return mount.directory();
    }

    @Override
    public void unmount(String name, String id) throws IOException {
        release(name, id);
    }

    /** As {@link #unmount}; whether there was such a mount. */
    boolean release(String name, String id) throws IOException {
        return holds.remove(name, id, mount(name));
    }

    /** Unmounts a volume that nobody holds. */
    void sweep(String name) throws IOException {
        holds.sweep(name, mount(name));
    }

    @Override
    public Optional<Found> get(String name) {
        return records.get(name).filter(StoredVolume::isLocal).map(this::found);
    }

    @Override
    public List<Found> list() {
        return records.all().stream().filter(StoredVolume::isLocal).map(this::found).toList();
    }

    private Found found(StoredVolume volume) {
        Path data = places.data(volume.name());
        JsonObject status = volume.status(data);
        return new Found(volume.name(), data.toString(), volume.createdAt(), status);
    }

    private LocalMount mount(String name) {
        VolumeOptions options =
                records.get(name).map(StoredVolume::options).orElse(VolumeOptions.of(Map.of()));
        return new LocalMount(options, places.data(name));
    }
}
