package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.mounts.OverlayMount;
import jong.manager.metadata.MetadataStore;

/** The ways to keep snapshots, the best first. */
public enum StorageDriver {

    /** {@link OverlaySnapshotter}. */
    OVERLAY("overlay2") {
        @Override
        LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
            return new OverlaySnapshotter(root, metadata);
        }

        @Override
        void tryOut(Path directory) throws IOException {
            tryOverlay(directory);
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
            Path trial = Files.createTempDirectory(root, "driver-");
            try {
                tryOut(trial);
                return Optional.empty();
            } finally {
                try (var parent = Directory.open(root)) {
                    parent.removeTree(trial.getFileName().toString());
                }
            }
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void tryOverlay(Path directory) throws IOException {
        OverlayTrees.requireUsable(directory);
        for (String name : List.of("lower", "upper", "work")) {
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
        new OverlayMount(
                        List.of(directory.resolve("lower")),
                        Optional.of(upper),
                        KernelOptions.overlay())
                .tryOut();
    }
}
