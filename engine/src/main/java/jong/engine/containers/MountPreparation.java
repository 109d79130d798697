package jong.engine.containers;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jong.engine.spec.MountPoint;
import jong.linux.files.Fd;
import jong.linux.mounts.TemporaryMount;
import jong.wire.status.StatusException.Internal;

/**
 * Makes usable what a container mounts, before a run of it and while its files are copied, and
 * tells the world of the volumes among it.
 *
 * <p>A hold on a volume's mount is named by the container and the destination. The caller holds the
 * container's operation lock, or cleans after its run.
 */
final class MountPreparation {

    private static final System.Logger LOG = System.getLogger(MountPreparation.class.getName());

    private final Collaborators world;
    private final ImageMounts images;
    private final Path places;

    MountPreparation(Collaborators world, ImageMounts images) {
        this.world = world;
        this.images = images;
        this.places = world.layout().root().resolve("tmp");
    }

    /**
     * Mounts volumes, makes missing sources of {@code Binds}, and opens what lies inside a volume
     * or image. {@link #undo} ends what outlives the result; a failure leaves nothing.
     */
    PreparedMounts prepare(Container container) {
        var prepared = new PreparedMounts();
        try {
            for (MountPoint mount : container.mounts()) {
                prepare(container, mount, prepared);
            }
            return prepared;
        } catch (RuntimeException e) {
            try (prepared) {
                undo(container);
            } catch (RuntimeException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
    }

    private void prepare(Container container, MountPoint mount, PreparedMounts prepared) {
        switch (mount.type()) {
            case VOLUME -> {
                Path directory = world.volumes().mount(mount.name(), holder(container, mount));
                tell(container, mount);
                prepared.add(part(mount.at(directory), prepared));
            }
            case IMAGE -> {
                Path root = prepared.keep(images.mount(container, mount, places));
                prepared.add(part(mount.at(root), prepared));
            }
            case BIND -> {
                makeSource(mount);
                prepared.add(BindCheck.check(mount));
            }
            case TMPFS -> prepared.add(mount);
        }
    }

    private void tell(Container container, MountPoint mount) {
        var attributes =
                Map.of(
                        "container",
                        container.id(),
                        "destination",
                        mount.destination(),
                        "driver",
                        mount.driver(),
                        "propagation",
                        mount.propagation(),
                        "read/write",
                        Boolean.toString(mount.writable()));
        world.events().publish("volume", "mount", mount.name(), attributes);
    }

    private MountPoint part(MountPoint mount, PreparedMounts prepared) {
        String subpath = mount.options().subpath();
        return subpath.isEmpty()
                ? mount
                : mount.at(prepared.keep(part(Path.of(mount.source()), subpath)));
    }

    private TemporaryMount part(Path base, String subpath) {
        try (Fd source = Subpath.open(base, subpath)) {
            return TemporaryMount.of(source, Files.createDirectories(places));
        } catch (IOException e) {
            throw new Internal(
                    "cannot mount " + subpath + " of " + base + ": " + e.getMessage(), e);
        }
    }

    private static void makeSource(MountPoint mount) {
        Path source = Path.of(mount.source());
        if (!mount.options().bind().makeSource() || Files.exists(source) || isBelowFile(source)) {
            return;
        }
        try {
            Files.createDirectories(source);
        } catch (IOException e) {
            throw new Internal(
                    "error while creating mount source path '" + source + "': " + e.getMessage(),
                    e);
        }
    }

    /** Then nothing can be made, and the runtime says so in docker's words. */
    private static boolean isBelowFile(Path source) {
        for (Path above = source; above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return !Files.isDirectory(above);
            }
        }
        return false;
    }

    /**
     * One volume alone, of a container that is being made, without telling anybody. {@link
     * #release} ends what outlives the result, also after a failure.
     */
    PreparedMounts prepareToFill(Container container, MountPoint volume) {
        var prepared = new PreparedMounts();
        Path directory = world.volumes().mount(volume.name(), holder(container, volume));
        prepared.add(part(volume.at(directory), prepared));
        return prepared;
    }

    /** Fills a volume that {@link #prepareToFill} has made usable, all of it, in one step. */
    boolean fill(Container container, MountPoint volume, ContainerVolumes.Filler filler)
            throws IOException {
        return volume.options().subpath().isEmpty()
                && world.volumes().fill(volume.name(), holder(container, volume), filler);
    }

    /** Ends the hold on a volume; whether there was one. */
    boolean release(Container container, MountPoint volume) {
        return world.volumes().unmount(volume.name(), holder(container, volume));
    }

    /** Ends the holds on volumes, of which there may be none; all of them, also after a failure. */
    void undo(Container container) {
        RuntimeException failure = null;
        for (MountPoint mount : container.mounts()) {
            try {
                undo(container, mount);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void undo(Container container, MountPoint mount) {
        if (mount.type() == MountPoint.Kind.VOLUME && release(container, mount)) {
            var attributes = Map.of("container", container.id(), "driver", mount.driver());
            world.events().publish("volume", "unmount", mount.name(), attributes);
        }
    }

    /**
     * After a restart of the daemon: holds again what a container that runs has. It has it mounted,
     * so a driver that does not answer is only told of.
     */
    void restore(Container container) {
        for (MountPoint mount : container.mounts()) {
            if (mount.type() == MountPoint.Kind.VOLUME) {
                try {
                    world.volumes().mount(mount.name(), holder(container, mount));
                } catch (RuntimeException e) {
                    LOG.log(
                            Level.WARNING,
                            "cannot hold volume %s of container %s again"
                                    .formatted(mount.name(), container.id()),
                            e);
                }
            }
        }
    }

    private static String holder(Container container, MountPoint mount) {
        return container.id() + mount.destination();
    }
}
