package jong.engine.volumes;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import jong.manager.metadata.Bucket;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * Which volumes there are, who uses them, and which names are kept for volumes to come. Everything
 * is under {@link #lock}; the methods take it themselves.
 */
final class VolumeRecords {

    private final Bucket bucket;
    private final VolumePlaces places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, StoredVolume> volumes = new TreeMap<>();
    private final Map<String, Set<String>> users = new HashMap<>();
    private final VolumeHolds holds = new VolumeHolds();

    /** Names of volumes that are being made out of something, or renamed. */
    private final Set<String> reserved = new HashSet<>();

    /** Reads what is stored, and settles what a death interrupted. */
    VolumeRecords(Bucket bucket, VolumePlaces places) throws IOException {
        this.bucket = bucket;
        this.places = places;
        UnfinishedVolumes.settle(bucket, places);
        bucket.entries().forEach((name, json) -> volumes.put(name, new StoredVolume(name, json)));
    }

    Bucket bucket() {
        return bucket;
    }

    VolumePlaces places() {
        return places;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** By name. */
    Map<String, StoredVolume> volumes() {
        return volumes;
    }

    /** Ids of the containers that have a volume, by its name. */
    Map<String, Set<String>> users() {
        return users;
    }

    /** Who runs with which. */
    VolumeHolds holds() {
        return holds;
    }

    /** The volume of that name. */
    StoredVolume find(String name) {
        lock.lock();
        try {
            StoredVolume volume = volumes.get(name);
            if (volume == null) {
                throw new NotFound("get " + name + ": no such volume");
            }
            return volume;
        } finally {
            lock.unlock();
        }
    }

    /** The volume of that name; empty if there is none. */
    Optional<StoredVolume> get(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(volumes.get(name));
        } finally {
            lock.unlock();
        }
    }

    /** A copy, by name. */
    List<StoredVolume> all() {
        lock.lock();
        try {
            return List.copyOf(volumes.values());
        } finally {
            lock.unlock();
        }
    }

    /** Stores a volume that its driver has made, unless somebody else has done so. */
    StoredVolume addIfAbsent(StoredVolume volume) {
        lock.lock();
        try {
            StoredVolume known = volumes.get(volume.name());
            if (known != null) {
                return known;
            }
            checkNotReserved(volume.name());
            bucket.put(volume.name(), volume.json());
            volumes.put(volume.name(), volume);
            return volume;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a volume whose files are gone. */
    void forget(String name) {
        lock.lock();
        try {
            bucket.remove(name);
            volumes.remove(name);
            users.remove(name);
        } finally {
            lock.unlock();
        }
    }

    boolean exists(String name) {
        lock.lock();
        try {
            return volumes.containsKey(name);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a volume may go. */
    boolean isFree(String name) {
        lock.lock();
        try {
            return users.getOrDefault(name, Set.of()).isEmpty() && !reserved.contains(name);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a volume from being used, until {@link #giveUp}; who calls this holds its name.
     *
     * @return whether it may go
     */
    boolean beginRemoval(String name) {
        lock.lock();
        try {
            return volumes.containsKey(name) && isFree(name) && reserved.add(name);
        } finally {
            lock.unlock();
        }
    }

    void checkNotReserved(String name) {
        lock.lock();
        try {
            if (reserved.contains(name)) {
                throw new Conflict("volume " + name + " is being made, renamed or removed");
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a name for a volume that is being made out of something, until {@link #giveUp}.
     *
     * @param action for the error: {@code clone NAME}
     * @throws Conflict if there is one of that name
     */
    void reserve(String action, String name) {
        lock.lock();
        try {
            checkNotReserved(name);
            if (volumes.containsKey(name)) {
                throw new Conflict(action + ": volume name must be unique: " + name);
            }
            reserved.add(name);
        } finally {
            lock.unlock();
        }
    }

    void giveUp(String name) {
        lock.lock();
        try {
            reserved.remove(name);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a volume of files that are whole; its name is reserved. */
    void adopt(StoredVolume volume, VolumePlaces.Staged files) throws IOException {
        files.sync();
        String name = volume.name();
        lock.lock();
        try {
            bucket.put(name, UnfinishedVolumes.arriving(volume));
            try {
                files.become(name);
            } catch (IOException e) {
                bucket.remove(name);
                throw e;
            }
            bucket.put(name, volume.json());
            volumes.put(name, volume);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes files that are whole those of an empty volume.
     *
     * @param user whose use does not count
     * @throws Conflict if a container runs with it
     * @throws jong.linux.ErrnoException ENOTEMPTY if it has files
     */
    void fill(String name, VolumePlaces.Staged files, String user) throws IOException {
        lock.lock();
        try {
            holds.alone(name, user, () -> files.fill(name));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps the old and the new name of a volume until both are given up.
     *
     * @return its users
     */
    Set<String> beginRename(String name, String newName) {
        lock.lock();
        try {
            StoredVolume volume = find(name);
            if (!volume.isLocal()) {
                throw new InvalidArgument(
                        "rename %s: volumes of the driver %s cannot be renamed"
                                .formatted(name, volume.driver()));
            }
            checkNotReserved(name);
            reserve("rename " + name, newName);
            reserved.add(name);
            return new TreeSet<>(users.getOrDefault(name, Set.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Stores that the directory is about to be renamed, and renames it. */
    void moveFiles(String name, String newName) throws IOException {
        StoredVolume volume = find(name);
        bucket.put(name, UnfinishedVolumes.renamed(volume, newName));
        places.rename(name, newName);
    }

    /** Undoes {@link #moveFiles}, as far as it came. */
    void moveFilesBack(String name, String newName) throws IOException {
        if (places.exists(newName) && !places.exists(name)) {
            places.rename(newName, name);
        }
        bucket.put(name, find(name).json());
    }

    /** Stores the new name; part of a transaction that may still fail. */
    void moveRecord(String name, String newName) {
        bucket.put(newName, find(name).named(newName).json());
        bucket.remove(name);
    }

    /** What is stored holds from now on. */
    void finishRename(String name, String newName) {
        lock.lock();
        try {
            volumes.put(newName, find(name).named(newName));
            volumes.remove(name);
            Set<String> containers = users.remove(name);
            if (containers != null) {
                users.put(newName, containers);
            }
        } finally {
            lock.unlock();
        }
    }
}
