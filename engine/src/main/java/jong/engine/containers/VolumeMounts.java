package jong.engine.containers;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.engine.containers.ContainerVolumes.Request;
import jong.engine.containers.ContainerVolumes.Volume;
import jong.engine.spec.MountParser;
import jong.engine.spec.MountPoint;
import jong.engine.spec.VolumesFrom;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** Finds what stands behind a container's mounts: volumes by name, other containers' mounts. */
final class VolumeMounts {

    private static final System.Logger LOG = System.getLogger(VolumeMounts.class.getName());

    private static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

    private final ContainerStore store;
    private final ContainerVolumes volumes;
    private final Path dataRoot;

    VolumeMounts(ContainerStore store, Collaborators world) {
        this.store = store;
        this.volumes = world.volumes();
        this.dataRoot = world.layout().root();
    }

    /**
     * All mounts of a new container, volumes made and in use by it. On failure the uses are ended.
     *
     * @param shallowReadOnly as {@link MountParser#parse} has it
     */
    List<MountPoint> create(
            String id, ContainerConfig config, HostConfig host, boolean shallowReadOnly) {
        List<MountPoint> wanted = wanted(config, host, shallowReadOnly);
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
            removeAnonymous(resolved);
            throw e;
        }
        return resolved;
    }

    /** Later ones do not replace earlier ones: own mounts, borrowed ones, the image's volumes. */
    private List<MountPoint> wanted(
            ContainerConfig config, HostConfig host, boolean shallowReadOnly) {
        List<MountPoint> borrowed = host.volumesFrom().stream().flatMap(this::borrowed).toList();
        List<MountPoint> mounts = new ArrayList<>();
        for (MountPoint mount : MountParser.parse(host, shallowReadOnly)) {
            mounts.add(DataRoot.guard(mount, dataRoot));
        }
        borrowed.reversed().forEach(mount -> addIfFree(mounts, mount));
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

    private Stream<MountPoint> borrowed(String text) {
        VolumesFrom from = VolumesFrom.parse(text);
        return donor(from.container()).mounts().stream()
                .map(mount -> mount.borrowed(from.readOnly()));
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
            if (mount.isAt(given.string("Target"))) {
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
            Map<String, String> labels = new HashMap<>(request.labels());
            labels.put(ANONYMOUS_LABEL, "");
            named = new Request(Identifiers.random(), request.driver(), request.options(), labels);
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
                restore(container, mount);
            }
        }
    }

    private void restore(Container container, MountPoint mount) {
        var request = new Request(mount.name(), mount.driver(), Map.of(), Map.of());
        try {
            volumes.acquire(request, container.id());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "cannot use volume %s of container %s again"
                            .formatted(mount.name(), container.id()),
                    e);
        }
    }

    /**
     * Removes the anonymous volumes of a removed container ({@code rm -v}, {@code --rm}); of those
     * that cannot be removed is told, as the container goes all the same.
     */
    void removeAnonymous(List<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.type() == MountPoint.Kind.VOLUME && mount.options().anonymous()) {
                try {
                    volumes.removeIfUnused(mount.name());
                } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, "cannot remove volume " + mount.name(), e);
                }
            }
        }
    }
}
