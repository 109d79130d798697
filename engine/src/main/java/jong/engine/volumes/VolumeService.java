package jong.engine.volumes;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import jong.engine.containers.ContainerVolumes;
import jong.engine.containers.Containers;
import jong.engine.events.Events;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SizeLimits;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * Volumes of the local driver: directories {@code ROOT/NAME/_data} that outlive containers.
 *
 * <p>Labels and options are kept in the metadata; who uses a volume is known in memory only, since
 * containers say so again after a restart. All state is under one lock, directory work included:
 * making and removing volumes is rare, and must not race.
 */
public final class VolumeService implements ContainerVolumes {

    private static final Logger LOG = System.getLogger(VolumeService.class.getName());

    private final VolumeRecords records;
    private final VolumePlaces places;
    private final Bucket bucket;
    private final Events events;
    private final Clock clock;
    private final ReentrantLock lock;
    private final Map<String, StoredVolume> volumes;
    private final Map<String, Set<String>> users;
    private final VolumeHolds holds;
    private final AtomicLong uses = new AtomicLong();

    /**
     * Makes the service, with the volumes that the metadata knows.
     *
     * @param root the directory of all volumes; made if it does not exist
     */
    public VolumeService(Path root, MetadataStore metadata, Events events, Clock clock)
            throws IOException {
        this.records =
                new VolumeRecords(
                        metadata.bucket("volumes"),
                        new VolumePlaces(root, new SizeLimits(root, metadata)));
        this.places = records.places();
        this.bucket = records.bucket();
        this.lock = records.lock();
        this.volumes = records.volumes();
        this.users = records.users();
        this.holds = records.holds();
        this.events = events;
        this.clock = clock;
    }

    VolumeRecords records() {
        return records;
    }

    /** What Docker has no routes for; containers go along with a rename. */
    VolumeTransferRoutes transfers(Containers containers) {
        return new VolumeTransferRoutes(
                new VolumeTransfers(this, events, clock),
                new VolumeRename(records, containers, events));
    }

    /** Makes a volume; one that is there already with that name is the result as it is. */
    JsonObject create(VolumeRequest request) {
        lock.lock();
        try {
            return show(ensure(request));
        } finally {
            lock.unlock();
        }
    }

    private StoredVolume ensure(VolumeRequest request) {
        records.checkNotReserved(request.name());
        StoredVolume existing = volumes.get(request.name());
        if (existing != null) {
            return existing;
        }
        request.checkOptions();
        var volume =
                StoredVolume.create(
                        request, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        try {
            places.make(volume.name(), volume.options().size());
        } catch (InvalidArgument e) {
            discard(volume.name(), e);
            throw new InvalidArgument("create " + volume.name() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Internal("create " + volume.name() + ": " + e.getMessage(), e);
        }
        bucket.put(volume.name(), volume.json());
        volumes.put(volume.name(), volume);
        events.publish("volume", "create", volume.name(), Map.of("driver", "local"));
        return volume;
    }

    private void discard(String name, Exception failure) {
        try {
            places.remove(name);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The volume of that name, as docker shows it. */
    JsonObject inspect(String name) {
        lock.lock();
        try {
            StoredVolume volume = find(name);
            return show(volume).withUnlessEmpty("Status", volume.status(data(name)));
        } finally {
            lock.unlock();
        }
    }

    /** All volumes that the filters let through, by name. */
    List<JsonObject> list(VolumeFilter filter) {
        lock.lock();
        try {
            List<JsonObject> list = new ArrayList<>();
            for (StoredVolume volume : volumes.values()) {
                if (filter.matches(volume, isUsed(volume.name()))) {
                    list.add(show(volume));
                }
            }
            return list;
        } finally {
            lock.unlock();
        }
    }

    /**
     * All volumes without options, with the bytes in them and the number of their users, for {@code
     * system df}.
     */
    public List<JsonObject> usage() throws IOException {
        List<JsonObject> list = new ArrayList<>(list(VolumeFilter.ALL));
        list.removeIf(volume -> !volume.object("Options").isEmpty());
        for (JsonObject volume : list) {
            String name = volume.string("Name");
            int count;
            lock.lock();
            try {
                count = users.getOrDefault(name, Set.of()).size();
            } finally {
                lock.unlock();
            }
            volume.with(
                    "UsageData",
                    new JsonObject().with("RefCount", count).with("Size", size(data(name))));
        }
        return list;
    }

    /**
     * Removes a volume with its data.
     *
     * @param force whether one that does not exist is no error
     * @throws Conflict if a container uses it
     */
    void remove(String name, boolean force) {
        lock.lock();
        try {
            if (force && !volumes.containsKey(name)) {
                return;
            }
            find(name);
            records.checkNotReserved(name);
            if (isUsed(name)) {
                throw new Conflict(
                        "remove %s: volume is in use - [%s]"
                                .formatted(
                                        name,
                                        String.join(", ", users.getOrDefault(name, Set.of()))));
            }
            delete(name);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes the volumes that nobody uses and the filters let through.
     *
     * @return docker's answer
     */
    JsonObject prune(VolumeFilter filter) throws IOException {
        List<String> removed = new ArrayList<>();
        long reclaimed = 0;
        lock.lock();
        try {
            for (StoredVolume volume : List.copyOf(volumes.values())) {
                if (records.isFree(volume.name()) && filter.matches(volume, false)) {
                    reclaimed += size(data(volume.name()));
                    delete(volume.name());
                    removed.add(volume.name());
                }
            }
        } finally {
            lock.unlock();
        }
        events.publish("volume", "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
        return new JsonObject().with("VolumesDeleted", removed).with("SpaceReclaimed", reclaimed);
    }

    private void delete(String name) {
        try {
            // A container's last hold ends after its removal was answered.
            holds.end(name, localMount(name));
            places.remove(name);
        } catch (IOException e) {
            throw new Internal("remove " + name + ": " + e.getMessage(), e);
        }
        bucket.remove(name);
        volumes.remove(name);
        users.remove(name);
        events.publish("volume", "destroy", name, Map.of("driver", "local"));
    }

    @Override
    public Volume acquire(Request request, String containerId) {
        var checked =
                VolumeRequest.of(
                        request.name(),
                        request.driver(),
                        jsonOrNull(request.options()),
                        jsonOrNull(request.labels()));
        lock.lock();
        try {
            String name = ensure(checked).name();
            users.computeIfAbsent(name, _ -> new TreeSet<>()).add(containerId);
            return new Volume(name, "local", data(name));
        } finally {
            lock.unlock();
        }
    }

    private static @org.jspecify.annotations.Nullable JsonObject jsonOrNull(
            Map<String, String> map) {
        if (map.isEmpty()) {
            return null;
        }
        var json = new JsonObject();
        map.forEach(json::with);
        return json;
    }

    @Override
    public void release(String name, String containerId) {
        lock.lock();
        try {
            users.getOrDefault(name, new TreeSet<>()).remove(containerId);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Path mount(String name, String holder) {
        LocalMount mount = localMount(name);
        try {
            holds.add(name, holder, mount);
            return mount.directory();
        } catch (IOException e) {
            throw new Internal(
                    "error while mounting volume '" + mount.directory() + "': " + e.getMessage(),
                    e);
        }
    }

    @Override
    public boolean unmount(String name, String holder) {
        if (!records.exists(name)) {
            return false;
        }
        try {
            return holds.remove(name, holder, localMount(name));
        } catch (IOException e) {
            throw new Internal("error unmounting volume " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void unmountUnheld() {
        for (JsonObject volume : list(VolumeFilter.ALL)) {
            String name = volume.string("Name");
            try {
                holds.sweep(name, localMount(name));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot unmount volume " + name, e);
            }
        }
    }

    private LocalMount localMount(String name) {
        return new LocalMount(records.find(name).options(), data(name));
    }

    @Override
    public void removeIfUnused(String name) {
        lock.lock();
        try {
            if (volumes.containsKey(name) && records.isFree(name)) {
                delete(name);
            }
        } finally {
            lock.unlock();
        }
    }

    private StoredVolume find(String name) {
        StoredVolume volume = volumes.get(name);
        if (volume == null) {
            throw new NotFound("get" + (name.isEmpty() ? "" : " " + name) + ": no such volume");
        }
        return volume;
    }

    private boolean isUsed(String name) {
        return !users.getOrDefault(name, Set.of()).isEmpty();
    }

    /**
     * Uses a volume without a container, which keeps it from going.
     *
     * @param purpose what for; stands in errors among the ids of containers
     */
    VolumeUse use(String name, String purpose) {
        String user = purpose + "-" + uses.incrementAndGet();
        StoredVolume volume;
        lock.lock();
        try {
            volume = find(name);
            records.checkNotReserved(name);
            users.computeIfAbsent(name, _ -> new TreeSet<>()).add(user);
        } finally {
            lock.unlock();
        }
        try {
            return new VolumeUse(this, volume, user, mount(name, user));
        } catch (RuntimeException e) {
            release(name, user);
            throw e;
        }
    }

    private JsonObject show(StoredVolume volume) {
        return volume.toJson(data(volume.name()).toString());
    }

    private Path data(String name) {
        return places.data(name);
    }

    static long size(Path directory) throws IOException {
        var total = new long[1];
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        total[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException reason) {
                        // Containers change volumes while we count.
                        return FileVisitResult.CONTINUE;
                    }
                });
        return total[0];
    }
}
