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
import java.util.Optional;
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
 * containers say so again after a restart. All state is under one lock, the making of directories
 * included: it is rare, and must not race. Who removes one holds its name alone, as that may last.
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
    private final LocalVolumes local;
    private final ForeignVolumes foreign;
    private final AtomicLong uses = new AtomicLong();

    /**
     * Makes the service, with the volumes that the metadata knows.
     *
     * @param root the directory of all local volumes; made if it does not exist
     * @param drivers those besides {@code local}
     */
    public VolumeService(
            Path root, MetadataStore metadata, VolumeDrivers drivers, Events events, Clock clock)
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
        this.local = new LocalVolumes(records);
        this.foreign =
                new ForeignVolumes(
                        records,
                        drivers,
                        new ForeignMounts(metadata.bucket("volume-mounts")),
                        events,
                        clock);
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
        try (var _ = foreign.hold(request.name())) {
            if (foreign.ensure(request).isPresent()) {
                return inspect(request.name());
            }
            lock.lock();
            try {
                return show(ensure(request));
            } finally {
                lock.unlock();
            }
        }
    }

    private StoredVolume ensure(VolumeRequest request) {
        records.checkNotReserved(request.name());
        StoredVolume existing = volumes.get(request.name());
        if (existing != null) {
            return existing;
        }
        request.checkName();
        request.checkOptions();
        var volume =
                StoredVolume.create(
                        request, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        try {
            local.create(volume.name(), volume.json().stringMap("Options"));
        } catch (InvalidArgument e) {
            throw new InvalidArgument("create " + volume.name() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Internal("create " + volume.name() + ": " + e.getMessage(), e);
        }
        bucket.put(volume.name(), volume.json());
        volumes.put(volume.name(), volume);
        events.publish("volume", "create", volume.name(), Map.of("driver", "local"));
        return volume;
    }

    /** The volume of that name, as docker shows it. */
    JsonObject inspect(String name) {
        Optional<JsonObject> others = foreign.inspect(name);
        if (others.isPresent()) {
            return others.get();
        }
        lock.lock();
        try {
            StoredVolume volume = find(name);
            return show(volume).withUnlessEmpty("Status", volume.status(data(name)));
        } finally {
            lock.unlock();
        }
    }

    /**
     * All volumes that the filters let through, those of other drivers too, as {@code GET /volumes}
     * shows them.
     */
    JsonObject listing(VolumeFilter filter) {
        List<JsonObject> shown = new ArrayList<>(list(filter));
        List<String> warnings = new ArrayList<>();
        for (ForeignVolumes.Listed other : foreign.list(warnings)) {
            if (filter.matches(other.volume(), isUsed(other.volume().name()))) {
                shown.add(other.json());
            }
        }
        return new JsonObject()
                .with("Volumes", shown)
                .with("Warnings", warnings.isEmpty() ? null : warnings);
    }

    /** The volumes of the local driver that the filters let through, by name. */
    private List<JsonObject> list(VolumeFilter filter) {
        lock.lock();
        try {
            List<JsonObject> list = new ArrayList<>();
            for (StoredVolume volume : volumes.values()) {
                if (volume.isLocal() && filter.matches(volume, isUsed(volume.name()))) {
                    list.add(show(volume));
                }
            }
            return list;
        } finally {
            lock.unlock();
        }
    }

    /** The names of the drivers that are in use, {@code local} first. */
    public List<String> drivers() {
        List<String> names = new ArrayList<>(List.of("local"));
        names.addAll(foreign.drivers());
        return names;
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
        try (var _ = foreign.hold(name)) {
            Optional<StoredVolume> other = foreign.owned(name);
            if (other.isPresent()) {
                checkNotUsed(name);
                foreign.remove(other.get());
            } else if (!force || records.exists(name)) {
                checkRemovable(name);
                delete(name);
            }
        }
    }

    /** Nobody gets it until it is removed: the caller holds its name, and it is reserved. */
    private void checkRemovable(String name) {
        lock.lock();
        try {
            find(name);
            records.checkNotReserved(name);
            checkNotUsed(name);
            records.beginRemoval(name);
        } finally {
            lock.unlock();
        }
    }

    private void checkNotUsed(String name) {
        lock.lock();
        try {
            Set<String> containers = users.getOrDefault(name, Set.of());
            if (!containers.isEmpty()) {
                throw new Conflict(
                        "remove %s: volume is in use - [%s]"
                                .formatted(name, String.join(", ", containers)));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes the volumes that nobody uses and the filters let through.
     *
     * @return docker's answer
     */
    JsonObject prune(VolumeFilter filter) {
        List<String> removed = new ArrayList<>();
        long reclaimed = 0;
        for (StoredVolume volume : records.all()) {
            if (volume.isLocal() && filter.matches(volume, false)) {
                reclaimed += prune(volume, removed);
            }
        }
        events.publish("volume", "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
        return new JsonObject().with("VolumesDeleted", removed).with("SpaceReclaimed", reclaimed);
    }

    /** One that cannot be removed stays, and the others go. */
    private long prune(StoredVolume volume, List<String> removed) {
        String name = volume.name();
        try (var _ = foreign.hold(name)) {
            boolean same = records.get(name).filter(volume::equals).isPresent();
            if (!same || !records.isFree(name)) {
                return 0;
            }
            long size = size(data(name));
            if (!records.beginRemoval(name)) {
                return 0;
            }
            delete(name);
            removed.add(name);
            return size;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "cannot remove volume " + name, e);
            return 0;
        }
    }

    /** Its removal has begun; other volumes are not stopped, however large it is. */
    private void delete(String name) {
        try {
            local.remove(name);
            records.forget(name);
        } catch (IOException e) {
            throw new Internal("remove " + name + ": " + e.getMessage(), e);
        } finally {
            records.giveUp(name);
        }
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
        try (var _ = foreign.hold(checked.name())) {
            Optional<StoredVolume> other = foreign.ensure(checked);
            return acquire(other.isPresent(), checked, containerId);
        }
    }

    private Volume acquire(boolean known, VolumeRequest request, String containerId) {
        lock.lock();
        try {
            StoredVolume volume = known ? find(request.name()) : ensure(request);
            String name = volume.name();
            users.computeIfAbsent(name, _ -> new TreeSet<>()).add(containerId);
            return new Volume(name, volume.driver(), volume.isLocal() ? data(name) : Path.of(""));
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
        StoredVolume volume = records.find(name);
        if (!volume.isLocal()) {
            return foreign.mount(volume, holder);
        }
        try {
            return local.mount(name, holder);
        } catch (IOException e) {
            throw new Internal(
                    "error while mounting volume '" + data(name) + "': " + e.getMessage(), e);
        }
    }

    @Override
    public boolean unmount(String name, String holder) {
        Optional<StoredVolume> volume = records.get(name);
        if (volume.isEmpty()) {
            return false;
        }
        if (!volume.get().isLocal()) {
            return foreign.unmount(volume.get(), holder);
        }
        try {
            return local.release(name, holder);
        } catch (IOException e) {
            throw new Internal("error unmounting volume " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean fill(String name, String holder, Filler filler) throws IOException {
        StoredVolume volume = records.find(name);
        boolean plain = volume.isLocal() && !volume.options().needsMount();
        return plain
                && records.holds().isAlone(name, holder)
                && new VolumeFilling(records, name, holder).fill(filler);
    }

    @Override
    public void unmountUnheld() {
        for (VolumeDriver.Found volume : local.list()) {
            try {
                local.sweep(volume.name());
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot unmount volume " + volume.name(), e);
            }
        }
        foreign.unmountUnheld();
    }

    @Override
    public void removeIfUnused(String name) {
        try (var _ = foreign.hold(name)) {
            Optional<StoredVolume> other = foreign.owned(name);
            if (other.isPresent()) {
                if (!isUsed(name)) {
                    foreign.remove(other.get());
                }
            } else if (records.beginRemoval(name)) {
                delete(name);
            }
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
        lock.lock();
        try {
            return !users.getOrDefault(name, Set.of()).isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Uses a volume without a container, which keeps it from going.
     *
     * @param purpose what for; stands in errors among the ids of containers
     */
    VolumeUse use(String name, String purpose) {
        String user = purpose + "-" + uses.incrementAndGet();
        StoredVolume volume = begin(name, user);
        try {
            return new VolumeUse(this, volume, user, mount(name, user));
        } catch (RuntimeException e) {
            release(name, user);
            throw e;
        }
    }

    private StoredVolume begin(String name, String user) {
        try (var _ = foreign.hold(name)) {
            lock.lock();
            try {
                StoredVolume volume = find(name);
                records.checkNotReserved(name);
                users.computeIfAbsent(name, _ -> new TreeSet<>()).add(user);
                return volume;
            } finally {
                lock.unlock();
            }
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
