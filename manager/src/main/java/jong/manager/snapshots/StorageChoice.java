package jong.manager.snapshots;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Chooses how snapshots are kept: as it was asked for, else as they have been kept, else in the
 * best way that works.
 *
 * <p>A data root with snapshots stays with the driver that made them. dockerd keeps a store of its
 * own for each driver instead, so that changing it makes all images and containers vanish from
 * sight; here that is refused.
 */
public final class StorageChoice {

    private static final System.Logger LOG = System.getLogger(StorageChoice.class.getName());

    /** Those that docker once had: {@code graphdriver.checkRemoved} of moby. */
    private static final Set<String> REMOVED = Set.of("aufs", "devicemapper", "overlay");

    private static final String DRIVER = "driver";

    private final Path root;
    private final MetadataStore metadata;
    private final Bucket notes;

    /** Why drivers that are better were not taken, where nobody asked for one; the best first. */
    private final Map<StorageDriver, String> passedOver = new LinkedHashMap<>();

    private final LayerSnapshotter snapshotter;

    private StorageChoice(String name, List<String> options, Path root, MetadataStore metadata)
            throws IOException {
        this.root = root;
        this.metadata = metadata;
        this.notes = metadata.bucket("storage");
        StorageDriver driver = choose(name);
        this.snapshotter = open(driver, options);
        var note = new JsonObject().with("name", driver.dockerName());
        if (!notes.get(DRIVER).equals(Optional.of(note))) { // Nothing is written to a full disk.
            notes.put(DRIVER, note);
        }
    }

    /**
     * Chooses, and opens the snapshots below {@code root}.
     *
     * @param name docker's name of the driver to use; empty for any
     * @param options of the driver, {@code KEY=VALUE}
     * @throws StatusException.InvalidArgument with dockerd's words if it is unknown or does not
     *     work here
     */
    public static StorageChoice open(
            String name, List<String> options, Path root, MetadataStore metadata)
            throws IOException {
        return new StorageChoice(name, options, root, metadata);
    }

    private LayerSnapshotter open(StorageDriver driver, List<String> options) throws IOException {
        try {
            return driver.open(root, metadata, new DriverOptions(driver.dockerName(), options));
        } catch (StatusException.InvalidArgument e) {
            throw failure(String.valueOf(e.getMessage()));
        }
    }

    /** The driver that was chosen. */
    public StorageDriver driver() {
        return snapshotter.driver();
    }

    /** The snapshots. */
    public LayerSnapshotter snapshotter() {
        return snapshotter;
    }

    /** What {@code docker info} tells of the driver, and why it is none that is better. */
    public Map<String, String> status() throws IOException {
        Map<String, String> status = new LinkedHashMap<>(snapshotter.status());
        passedOver.forEach((better, why) -> status.put("Why not " + better.dockerName(), why));
        return status;
    }

    private StorageDriver choose(String name) {
        Optional<StorageDriver> prior = prior();
        if (!name.isEmpty()) {
            StorageDriver driver = requested(name, prior);
            requireWorking(driver, "driver not supported: " + name + ": ");
            return driver;
        }
        if (prior.isEmpty()) {
            return best();
        }
        StorageDriver driver = prior.get();
        requireWorking(
                driver, "[graphdriver] prior storage driver " + driver.dockerName() + " failed: ");
        for (StorageDriver better : driver.better()) {
            passOver(better, "the data root has images or containers of " + driver.dockerName());
        }
        return driver;
    }

    /** What made the snapshots that there are; before it was noted, that was always overlayfs. */
    private Optional<StorageDriver> prior() {
        if (new SnapshotRecords(metadata).all().isEmpty()) {
            return Optional.empty();
        }
        String noted =
                notes.get(DRIVER)
                        .map(note -> note.string("name"))
                        .orElse(StorageDriver.OVERLAY.dockerName());
        return Optional.of(
                StorageDriver.of(noted)
                        .orElseThrow(() ->
                                failure(
                                        "[graphdriver] prior storage driver "
                                                + noted
                                                + " failed: driver not supported: "
                                                + noted)));
    }

    private StorageDriver best() {
        for (StorageDriver driver : StorageDriver.values()) {
            Optional<String> obstacle = driver.obstacle(root);
            if (obstacle.isEmpty()) {
                return driver;
            }
            passOver(driver, obstacle.get());
        }
        throw failure("no supported storage driver found");
    }

    private void passOver(StorageDriver driver, String why) {
        LOG.log(Level.INFO, "storage driver " + driver.dockerName() + " is not used: " + why);
        passedOver.put(driver, why);
    }

    private StorageDriver requested(String name, Optional<StorageDriver> prior) {
        if (REMOVED.contains(name)) {
            throw failure(
                    "[graphdriver] ERROR: the "
                            + name
                            + " storage-driver has been deprecated and removed; visit"
                            + " https://docs.docker.com/go/storage-driver/ for more information: "
                            + name);
        }
        StorageDriver driver =
                StorageDriver.of(name).orElseThrow(() -> failure("driver not supported: " + name));
        if (prior.isPresent() && prior.get() != driver) {
            throw failure(
                    root
                            + " has images or containers of storage driver "
                            + prior.get().dockerName()
                            + ": remove them before the driver becomes "
                            + name
                            + ", or use another data root");
        }
        return driver;
    }

    private void requireWorking(StorageDriver driver, String complaint) {
        driver.obstacle(root)
                .ifPresent(obstacle -> {
                    throw failure(complaint + obstacle);
                });
    }

    private static StatusException failure(String reason) {
        return new StatusException.InvalidArgument("error initializing graphdriver: " + reason);
    }
}
