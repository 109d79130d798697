package jong.engine.volumes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.engine.containers.NamedLocks;
import jong.manager.metadata.Bucket;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Which volumes of other drivers are mounted for whom. Stored before the driver is asked: drivers
 * count mounts, so each has to be undone once, also by a daemon that did not ask for it. A mount
 * that an earlier daemon has asked for is taken over by a hold of the same name.
 */
final class ForeignMounts {

    private static final System.Logger LOG = System.getLogger(ForeignMounts.class.getName());

    private final Bucket bucket;

    /** One for each volume, as its driver may be slow; held while the driver is asked. */
    private final NamedLocks locks = new NamedLocks();

    /** Ids of the mounts that somebody holds. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    ForeignMounts(Bucket bucket) {
        this.bucket = bucket;
    }

    /** What finds a driver. */
    @FunctionalInterface
    interface Lookup {
        VolumeDriver find(String name) throws IOException;
    }

    /** What finds the driver of a volume that is known. */
    @FunctionalInterface
    interface Known {
        VolumeDriver find() throws IOException;
    }

    /**
     * Mounts a volume; one that is mounted for this hold needs no driver.
     *
     * @param known is asked under the volume's lock
     * @param holder names the hold; more than once is the same hold
     * @return where it is mounted
     */
    Path mount(Known known, String volume, String holder) throws IOException {
        try (var _ = locks.hold(volume)) {
            return mountLocked(known, volume, id(volume, holder));
        }
    }

    private Path mountLocked(Known known, String volume, String id) throws IOException {
        Optional<JsonObject> before = bucket.get(id);
        if (before.isPresent() && !before.get().string("Place").isEmpty()) {
            held.add(id);
            return Path.of(before.get().string("Place"));
        }
        VolumeDriver driver = known.find();
        var note = new JsonObject().with("Volume", volume);
        bucket.put(id, note);
        try {
            Path place = driver.mount(volume, id);
            bucket.put(id, note.with("Place", place.toString()));
            held.add(id);
            return place;
        } catch (IOException | RuntimeException e) {
            undo(driver, volume, id, e);
            throw e;
        }
    }

    /** It may have been mounted all the same, by a driver whose answer did not arrive. */
    private void undo(VolumeDriver driver, String volume, String id, Exception failure) {
        try {
            driver.unmount(volume, id);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
        bucket.remove(id);
    }

    /** Ends a hold; whether there was one. */
    boolean unmount(Known driver, String volume, String holder) throws IOException {
        String id = id(volume, holder);
        try (var _ = locks.hold(volume)) {
            if (!held.remove(id)) {
                return false;
            }
            try {
                driver.find().unmount(volume, id);
            } finally {
                bucket.remove(id);
            }
            return true;
        }
    }

    /** Ends all mounts of a volume that goes: a container's last hold outlives its removal. */
    void end(VolumeDriver driver, String volume) throws IOException {
        try (var _ = locks.hold(volume)) {
            for (Map.Entry<String, JsonObject> note : bucket.entries().entrySet()) {
                if (note.getValue().string("Volume").equals(volume)) {
                    driver.unmount(volume, note.getKey());
                    held.remove(note.getKey());
                    bucket.remove(note.getKey());
                }
            }
        }
    }

    /** After a restart, when all that runs holds again what it has: undoes the other mounts. */
    void unmountUnheld(Lookup drivers) {
        for (Map.Entry<String, JsonObject> note : bucket.entries().entrySet()) {
            String volume = note.getValue().string("Volume");
            try (var _ = locks.hold(volume)) {
                if (!held.contains(note.getKey()) && bucket.get(note.getKey()).isPresent()) {
                    unmountUnheld(drivers, volume, note.getKey());
                }
            }
        }
    }

    private void unmountUnheld(Lookup drivers, String volume, String id) {
        try {
            drivers.find(volume).unmount(volume, id);
        } catch (IOException | StatusException e) {
            LOG.log(Level.WARNING, "cannot unmount volume " + volume, e);
        }
        bucket.remove(id);
    }

    /** Where a volume is mounted for one of its holders. */
    Optional<Path> place(String volume) {
        return bucket.entries().values().stream()
                .filter(note -> note.string("Volume").equals(volume))
                .map(note -> note.string("Place"))
                .filter(place -> !place.isEmpty())
                .map(Path::of)
                .findFirst();
    }

    /** 64 digits, as docker's: the same for the same hold, so that a later daemon can end it. */
    private static String id(String volume, String holder) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest((volume + "\0" + holder).getBytes(UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
