package jong.manager.snapshots;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.mounts.OverlayMount;
import jong.manager.metadata.MetadataStore;
import jong.wire.status.StatusException;

/** The ways to keep snapshots, the best first: docs/decisions/0015-storage-drivers.md. */
public enum StorageDriver {

    /** {@link ErofsSnapshotter}. */
    EROFS("erofs") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata, DriverOptions options)
                throws IOException {
            Optional<String> wanted = options.get(COMPRESSION);
            options.requireAllKnown();
            return new ErofsSnapshotter(root, metadata, compression(root, wanted));
        }

        @Override
        void tryOut(Path directory) throws IOException {
            Path lower = directory.resolve(TRIAL_LAYER);
            try {
                ErofsTrial.mount(lower, LayerCompression.NONE);
                tryOverlay(DirectorySnapshotter.files(lower), directory);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.ENOTBLK) {
                    throw new IOException(
                            "this kernel does not mount EROFS from files on "
                                    + BackingFileSystem.of(directory).name()
                                    + " (Linux 6.12 does, on most file systems)",
                            e);
                }
                throw e;
            }
        }
    },

    /** {@link OverlaySnapshotter}. */
    OVERLAY("overlay2") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata, DriverOptions options)
                throws IOException {
            options.get("overlay2.override_kernel_check"); // Obsolete, as in dockerd.
            options.requireAllKnown();
            return new OverlaySnapshotter(root, metadata);
        }

        @Override
        void tryOut(Path directory) throws IOException {
            Path lower = Files.createDirectory(directory.resolve(TRIAL_LAYER));
            tryOverlay(lower, directory);
        }
    },

    /** {@link CopySnapshotter}. */
    COPY("vfs") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata, DriverOptions options)
                throws IOException {
            options.requireAllKnown();
            return new CopySnapshotter(root, metadata);
        }

        @Override
        void tryOut(Path directory) {
            // A file system that data can be kept on will do.
        }
    };

    private static final System.Logger LOG = System.getLogger(StorageDriver.class.getName());

    private static final String COMPRESSION = "erofs.compression";
    private static final String TRIAL = "driver-";
    private static final String TRIAL_LAYER = "lower";

    private final String dockerName;

    StorageDriver(String dockerName) {
        this.dockerName = dockerName;
    }

    /** What docker calls it, or would. */
    public String dockerName() {
        return dockerName;
    }

    /** The driver of that name. */
    static Optional<StorageDriver> of(String dockerName) {
        return Arrays.stream(values()).filter(d -> d.dockerName.equals(dockerName)).findFirst();
    }

    /** Those that are better, the best first. */
    List<StorageDriver> better() {
        return Arrays.stream(values()).takeWhile(driver -> driver != this).toList();
    }

    /**
     * Opens the snapshots below {@code root}.
     *
     * @throws StatusException.InvalidArgument if it does not know an option, or cannot do what that
     *     asks for
     */
    abstract LayerSnapshotter open(Path root, MetadataStore metadata, DriverOptions options)
            throws IOException;

    /**
     * Does once what it will do for a container, in an empty directory.
     *
     * @throws IOException that says why it cannot be done
     */
    abstract void tryOut(Path directory) throws IOException;

    /** Why it does not work below {@code root}; empty if it does. */
    Optional<String> obstacle(Path root) {
        return obstacle(root, this::tryOut);
    }

    /** Something to be done once in an empty directory. */
    private interface Trial {
        void run(Path directory) throws IOException;
    }

    private static Optional<String> obstacle(Path root, Trial trial) {
        try {
            Files.createDirectories(root);
            removeTrials(root); // A death in the middle of a trial leaves it, and its mount.
            try {
                trial.run(Files.createTempDirectory(root, TRIAL));
                return Optional.empty();
            } finally {
                removeTrials(root);
            }
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void removeTrials(Path root) throws IOException {
        try (var parent = Directory.open(root)) {
            for (var entry : parent.list()) {
                if (entry.name().startsWith(TRIAL)) {
                    new LayerMounts().abandon(root.resolve(entry.name()).resolve(TRIAL_LAYER));
                    parent.removeTree(entry.name());
                }
            }
        }
    }

    /** What is asked for, else the best that works. */
    private static LayerCompression compression(Path root, Optional<String> wanted) {
        Optional<LayerCompression> known = wanted.flatMap(LayerCompression::of);
        if (wanted.isPresent() && known.isEmpty()) {
            throw new StatusException.InvalidArgument(
                    "erofs: invalid value for " + COMPRESSION + ": \"" + wanted.get() + "\"");
        }
        if (known.equals(Optional.of(LayerCompression.NONE))) {
            return LayerCompression.NONE;
        }
        Optional<String> obstacle =
                obstacle(
                        root,
                        directory ->
                                ErofsTrial.mount(
                                        directory.resolve(TRIAL_LAYER), LayerCompression.LZ4));
        if (obstacle.isEmpty()) {
            return LayerCompression.LZ4;
        }
        if (known.isPresent()) {
            throw new StatusException.InvalidArgument(
                    "erofs: " + COMPRESSION + "=lz4 does not work here: " + obstacle.get());
        }
        LOG.log(Level.INFO, "layers are not compressed: {0}", obstacle.get());
        return LayerCompression.NONE;
    }

    private static void tryOverlay(Path lower, Path directory) throws IOException {
        OverlayTrees.requireUsable(directory);
        for (String name : List.of("upper", "work")) {
            Files.createDirectory(directory.resolve(name));
        }
        var backing = BackingFileSystem.of(directory);
        if (!backing.directoryTypes()) {
            throw new IOException(
                    "the backing "
                            + backing.name()
                            + " filesystem is formatted without d_type support");
        }
        var upper = new OverlayMount.Upper(directory.resolve("upper"), directory.resolve("work"));
        new OverlayMount(List.of(lower), Optional.of(upper), KernelOptions.overlay()).tryOut();
    }
}
