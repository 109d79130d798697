package jong.engine.volumes;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.engine.containers.NamedLocks;
import jong.engine.events.Events;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/**
 * Volumes of other drivers than {@code local}: what is known of them here, and what their drivers
 * say. While a driver makes or removes a volume, its name is held, and no other lock.
 */
final class ForeignVolumes {

    private static final System.Logger LOG = System.getLogger(ForeignVolumes.class.getName());

    private final VolumeRecords records;
    private final VolumeDrivers drivers;
    private final ForeignMounts mounts;
    private final Events events;
    private final Clock clock;
    private final NamedLocks names = new NamedLocks();

    ForeignVolumes(
            VolumeRecords records,
            VolumeDrivers drivers,
            ForeignMounts mounts,
            Events events,
            Clock clock) {
        this.records = records;
        this.drivers = drivers;
        this.mounts = mounts;
        this.events = events;
        this.clock = clock;
    }

    /** Nobody else makes, removes or begins to use a volume of that name until this is closed. */
    NamedLocks.Held hold(String name) {
        return names.hold(name);
    }

    /**
     * The volume that a request means, made if need be; empty if it is one of the local driver.
     *
     * @throws StatusException in docker's words, or the driver's
     */
    Optional<StoredVolume> ensure(VolumeRequest request) {
        try (var _ = hold(request.name())) {
            Optional<StoredVolume> known = records.get(request.name());
            if (known.isPresent()) {
                checkDriver(request, known.get());
                return known.filter(volume -> !volume.isLocal());
            }
            if (request.driver().isEmpty()) {
                return request.anonymous() ? Optional.empty() : adopt(request);
            }
            return request.isLocal() ? Optional.empty() : Optional.of(make(request));
        } catch (IOException e) {
            throw new Internal("create " + request.name() + ": " + e.getMessage(), e);
        } catch (NotFound e) {
            throw new NotFound("create " + request.name() + ": " + e.getMessage(), e);
        }
    }

    private void checkDriver(VolumeRequest request, StoredVolume volume) throws IOException {
        if (request.driver().isEmpty() || request.driver().equals(volume.driver())) {
            return;
        }
        if (!request.isLocal()) {
            drivers.get(request.driver()); // One that is not there is told of first, as by docker.
        }
        throw new Conflict(
                "create %s: driver '%s' already has volume '%s': volume name must be unique"
                        .formatted(request.name(), volume.driver(), request.name()));
    }

    /** Takes over a volume that a driver has had before. */
    private Optional<StoredVolume> adopt(VolumeRequest request) {
        return find(request.name())
                .map(driver -> keep(StoredVolume.create(request.of(driver.name()), now())));
    }

    private Optional<VolumeDriver> find(String name) {
        for (VolumeDriver driver : drivers.all()) {
            try {
                if (driver.get(name).isPresent()) {
                    return Optional.of(driver);
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "volume driver {0}: {1}", driver.name(), e.getMessage());
            }
        }
        return Optional.empty();
    }

    private StoredVolume make(VolumeRequest request) throws IOException {
        VolumeDriver driver = drivers.get(request.driver());
        if (driver.get(request.name()).isEmpty()) {
            Map<String, String> options =
                    new JsonObject().with("Options", request.options()).stringMap("Options");
            driver.create(request.name(), options);
        }
        StoredVolume volume = keep(StoredVolume.create(request, now()));
        events.publish("volume", "create", volume.name(), Map.of("driver", volume.driver()));
        return volume;
    }

    private StoredVolume keep(StoredVolume volume) {
        return records.addIfAbsent(volume);
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A volume as its driver shows it; empty if it is local or nobody's. */
    Optional<JsonObject> inspect(String name) {
        Optional<StoredVolume> known = records.get(name);
        if (known.isPresent()) {
            return known.filter(volume -> !volume.isLocal()).map(this::inspect);
        }
        return find(name)
                .map(driver -> {
                    var request = new VolumeRequest(name, driver.name(), false, null, null);
                    return inspect(StoredVolume.create(request, ""));
                });
    }

    private JsonObject inspect(StoredVolume volume) {
        try {
            VolumeDriver driver = drivers.get(volume.driver());
            VolumeDriver.Found found =
                    driver.get(volume.name()).orElseThrow(() -> missing(volume.name()));
            return show(volume, driver, found).withUnlessEmpty("Status", found.status());
        } catch (IOException e) {
            throw new Internal("get " + volume.name() + ": " + e.getMessage(), e);
        }
    }

    private static NotFound missing(String name) {
        return new NotFound("get " + name + ": no such volume");
    }

    private JsonObject show(StoredVolume volume, VolumeDriver driver, VolumeDriver.Found found) {
        Optional<Path> mounted = mounts.place(volume.name());
        String mountpoint = mounted.map(Path::toString).orElse(found.mountpoint());
        JsonObject json = volume.toJson(mountpoint).with("Scope", driver.scope());
        return found.createdAt().isEmpty() ? json : json.with("CreatedAt", found.createdAt());
    }

    /** The names of the drivers that have been asked what they are. */
    List<String> drivers() {
        return drivers.known();
    }

    /**
     * All volumes of all drivers that answer.
     *
     * @param warnings takes what is wrong with the others, of which what is known here is listed
     */
    List<Listed> list(List<String> warnings) {
        List<Listed> all = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (VolumeDriver driver : drivers.all()) {
            try {
                for (VolumeDriver.Found found : driver.list()) {
                    StoredVolume volume = known(found.name(), driver);
                    if (volume.driver().equals(driver.name()) && told.add(found.name())) {
                        all.add(new Listed(volume, show(volume, driver, found)));
                    }
                }
            } catch (IOException e) {
                warnings.add("list " + driver.name() + ": " + e.getMessage());
            }
        }
        for (StoredVolume volume : records.all()) {
            if (!volume.isLocal() && told.add(volume.name())) {
                all.add(new Listed(volume, volume.toJson("")));
            }
        }
        return all;
    }

    /** A volume and how it is shown. */
    record Listed(StoredVolume volume, JsonObject json) {}

    private StoredVolume known(String name, VolumeDriver driver) {
        return records.get(name)
                .orElseGet(() -> {
                    var request = new VolumeRequest(name, driver.name(), false, null, null);
                    return StoredVolume.create(request, "");
                });
    }

    /** A volume of another driver, known here or not; empty if it is local or nobody's. */
    Optional<StoredVolume> owned(String name) {
        Optional<StoredVolume> known = records.get(name);
        return known.isPresent()
                ? known.filter(volume -> !volume.isLocal())
                : find(name).map(driver -> known(name, driver));
    }

    /** Removes a volume that nobody uses; the caller holds its name. */
    void remove(StoredVolume volume) {
        try {
            VolumeDriver driver = drivers.get(volume.driver());
            mounts.end(driver, volume.name());
            driver.remove(volume.name());
        } catch (IOException e) {
            throw new Internal("remove " + volume.name() + ": " + e.getMessage(), e);
        } catch (NotFound e) {
            throw new NotFound("remove " + volume.name() + ": " + e.getMessage(), e);
        }
        records.forget(volume.name());
        events.publish("volume", "destroy", volume.name(), Map.of("driver", volume.driver()));
    }

    Path mount(StoredVolume volume, String holder) {
        try {
            return mounts.mount(() -> drivers.get(volume.driver()), volume.name(), holder);
        } catch (IOException e) {
            throw new Internal("error while mounting volume '': " + e.getMessage(), e);
        }
    }

    boolean unmount(StoredVolume volume, String holder) {
        try {
            return mounts.unmount(() -> drivers.get(volume.driver()), volume.name(), holder);
        } catch (IOException e) {
            throw new Internal(
                    "error unmounting volume " + volume.name() + ": " + e.getMessage(), e);
        }
    }

    void unmountUnheld() {
        mounts.unmountUnheld(name -> drivers.get(records.find(name).driver()));
    }
}
