package jong.manager.snapshots;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
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

    private StorageChoice(Path root, MetadataStore metadata) {
        this.root = root;
        this.metadata = metadata;
        this.notes = metadata.bucket("storage");
    }

    /**
     * Opens the snapshots below {@code root}.
     *
     * @param name docker's name of the driver to use; empty for any
     * @throws StatusException.InvalidArgument with dockerd's words if it is unknown or does not
     *     work here
     */
    public static LayerSnapshotter open(String name, Path root, MetadataStore metadata)
            throws IOException {
        return new StorageChoice(root, metadata).open(name);
    }

    private LayerSnapshotter open(String name) throws IOException {
        Optional<StorageDriver> prior = prior();
        StorageDriver driver =
                name.isEmpty() ? prior.orElseGet(this::best) : requested(name, prior);
        if (!name.isEmpty() || prior.isPresent()) {
            requireWorking(driver, prior.isPresent() && name.isEmpty());
        }
        LayerSnapshotter snapshotter = driver.open(root, metadata);
        var note = new JsonObject().with("name", driver.dockerName());
        if (!notes.get(DRIVER).equals(Optional.of(note))) { // Nothing is written to a full disk.
            notes.put(DRIVER, note);
        }
        return snapshotter;
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
            LOG.log(
                    Level.INFO,
                    "storage driver {0} does not work here: {1}",
                    driver.dockerName(),
                    obstacle.get());
        }
        throw failure("no supported storage driver found");
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

    private void requireWorking(StorageDriver driver, boolean prior) {
        driver.obstacle(root)
                .ifPresent(obstacle -> {
                    String name = driver.dockerName();
                    throw failure(
                            prior
                                    ? "[graphdriver] prior storage driver "
                                            + name
                                            + " failed: "
                                            + obstacle
                                    : "driver not supported: " + name + ": " + obstacle);
                });
    }

    private static StatusException failure(String reason) {
        return new StatusException.InvalidArgument("error initializing graphdriver: " + reason);
    }
}
