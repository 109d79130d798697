package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.engine.containers.ContainerVolumes.Request;
import jong.engine.containers.ContainerVolumes.Volume;
import jong.engine.spec.MountParser;
import jong.engine.spec.MountPoint;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** Finds what stands behind a container's mounts: volumes by name, other containers' mounts. */
final class VolumeMounts {

    private static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

    private final ContainerStore store;
    private final ContainerVolumes volumes;

    VolumeMounts(ContainerStore store, ContainerVolumes volumes) {
        this.store = store;
        this.volumes = volumes;
    }

    /**
     * All mounts of a new container, volumes made and in use by it. On failure the uses are ended.
     */
    List<MountPoint> create(String id, ContainerConfig config, HostConfig host) {
        List<MountPoint> wanted = wanted(config, host);
        List<MountPoint> resolved = new ArrayList<>();
        try {
            for (MountPoint mount : wanted) {
                resolved.add(
                        mount.type() == MountPoint.Kind.VOLUME
                                ? acquire(mount, options(mount, host), id)
                                : mount);
            }
        } catch (RuntimeException e) {
            release(id, resolved);
            throw e;
        }
        return resolved;
    }

    /** Later ones do not replace earlier ones: own mounts, borrowed ones, the image's volumes. */
    private List<MountPoint> wanted(ContainerConfig config, HostConfig host) {
        List<MountPoint> mounts = new ArrayList<>(MountParser.parse(host));
        for (String from : host.volumesFrom()) {
            borrowed(from).forEach(mount -> addIfFree(mounts, mount));
        }
        for (String destination : config.volumes()) {
            boolean tmpfs = host.tmpfs().containsKey(destination);
            if (!tmpfs) {
                addIfFree(mounts, MountParser.anonymous(destination, host.volumeDriver()));
            }
        }
        return mounts;
    }

    private static void addIfFree(List<MountPoint> mounts, MountPoint mount) {
        if (mounts.stream().noneMatch(old -> old.destination().equals(mount.destination()))) {
            mounts.add(mount);
        }
    }

    private List<MountPoint> borrowed(String from) {
        int colon = from.lastIndexOf(':');
        String mode = colon < 0 ? "" : from.substring(colon + 1);
        if (!mode.isEmpty() && !mode.matches("ro|rw|z|Z")) {
            throw new InvalidArgument("invalid mode: " + mode);
        }
        return donor(colon < 0 ? from : from.substring(0, colon)).mounts().stream()
                .map(mount -> mount.borrowed(mode.equals("ro")))
                .toList();
    }

    /** A client takes "not found" for the image that is missing, and would pull it. */
    private Container donor(String name) {
        try {
            return store.get(name);
        } catch (NotFound e) {
            throw new InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    private static Request options(MountPoint mount, HostConfig host) {
        for (JsonObject given : host.mounts()) {
            if (given.string("Target").equals(mount.destination())) {
                JsonObject options = given.object("VolumeOptions");
                return new Request(
                        mount.name(),
                        options.object("DriverConfig").string("Name"),
                        options.object("DriverConfig").stringMap("Options"),
                        options.stringMap("Labels"));
            }
        }
        return new Request(mount.name(), mount.driver(), Map.of(), Map.of());
    }

    private MountPoint acquire(MountPoint mount, Request request, String id) {
        Request named = request;
        if (request.name().isEmpty()) {
            named =
                    new Request(
                            Identifiers.random(),
                            request.driver(),
                            request.options(),
                            Map.of(ANONYMOUS_LABEL, ""));
        }
        Volume volume = volumes.acquire(named, id);
        return mount.resolved(volume.name(), volume.driver(), volume.mountpoint().toString());
    }

    /** Ends the uses of a removed container, or of one that could not be made. */
    void release(String id, List<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.type() == MountPoint.Kind.VOLUME) {
                volumes.release(mount.name(), id);
            }
        }
    }

    /** After a restart of the daemon: volumes of stored containers are in use again. */
    void restore(Container container) {
        for (MountPoint mount : container.mounts()) {
            if (mount.type() == MountPoint.Kind.VOLUME) {
                var request = new Request(mount.name(), mount.driver(), Map.of(), Map.of());
                volumes.acquire(request, container.id());
            }
        }
    }

    /** Removes the anonymous volumes of a removed container ({@code rm -v}, {@code --rm}). */
    void removeAnonymous(List<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.type() == MountPoint.Kind.VOLUME && mount.options().anonymous()) {
                volumes.removeIfUnused(mount.name());
            }
        }
    }

    /** Before a start: volumes are usable, and missing directories of {@code Binds} are made. */
    void prepare(Container container) {
        for (MountPoint mount : container.mounts()) {
            switch (mount.type()) {
                case VOLUME -> volumes.mount(mount.name(), container.id());
                case BIND -> makeSource(container, mount);
                case TMPFS -> {}
            }
        }
    }

    /** After the end of a run. */
    void unprepare(Container container) {
        for (MountPoint mount : container.mounts()) {
            if (mount.type() == MountPoint.Kind.VOLUME) {
                volumes.unmount(mount.name(), container.id());
            }
        }
    }

    private static void makeSource(Container container, MountPoint mount) {
        Path source = Path.of(mount.source());
        if (Files.exists(source)) {
            return;
        }
        for (JsonObject given : container.host().mounts()) {
            boolean asMount = given.string("Target").equals(mount.destination());
            if (asMount && !given.object("BindOptions").flag("CreateMountpoint")) {
                throw new InvalidArgument(
                        "invalid mount config for type \"bind\": bind source path does not exist: "
                                + source);
            }
        }
        try {
            Files.createDirectories(source);
        } catch (IOException e) {
            throw new Internal(
                    "error while creating mount source path '" + source + "': " + e.getMessage(),
                    e);
        }
    }
}
