package jong.manager.snapshots;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.oci.Digest;

/** The ways to keep snapshots, the best first: docs/decisions/0015-storage-drivers.md. */
public enum StorageDriver {

    /** {@link ErofsSnapshotter}. */
    EROFS("erofs") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
            return new ErofsSnapshotter(root, metadata);
        }

        @Override
        void tryOut(Path directory) throws IOException {
            var mounts = new LayerMounts();
            var archive = new ByteArrayOutputStream();
            try (var tar = new TarWriter(archive)) {
                tar.write(TarEntry.file("file", 0, 0));
            }
            Path lower = Files.createDirectory(directory.resolve(TRIAL_LAYER));
            Files.createDirectory(DirectorySnapshotter.files(lower));
            var layer = new ErofsLayer(lower);
            var plain = new ByteArrayInputStream(archive.toByteArray());
            layer.store(plain, true)
                    .orElseThrow()
                    .write(layer.image(), Digest.sha256(archive.toByteArray()));
            try {
                mounts.ensure(lower);
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
            } finally {
                mounts.abandon(lower);
            }
        }
    },

    /** {@link OverlaySnapshotter}. */
    OVERLAY("overlay2") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
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
        LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
            return new CopySnapshotter(root, metadata);
        }

        @Override
        void tryOut(Path directory) {
            // A file system that data can be kept on will do.
        }
    };

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

    abstract LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException;

    /**
     * Does once what it will do for a container, in an empty directory.
     *
     * @throws IOException that says why it cannot be done
     */
    abstract void tryOut(Path directory) throws IOException;

    /** Why it does not work below {@code root}; empty if it does. */
    Optional<String> obstacle(Path root) {
        try {
            Files.createDirectories(root);
            removeTrials(root); // A death in the middle of a trial leaves it, and its mount.
            try {
                tryOut(Files.createTempDirectory(root, TRIAL));
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
