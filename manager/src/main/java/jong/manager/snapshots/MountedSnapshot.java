package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.linux.mounts.OverlayMount;
import jong.linux.mounts.TemporaryMount;

/**
 * A snapshot mounted on the host for a short time: to copy out of it, to export or compare it.
 *
 * <p>Needs root. The place is new, below a directory of the caller's, and goes when this closes.
 * Names inside the tree are foreign: open them only through {@link jong.linux.files.Directory}.
 *
 * <pre>{@code
 * try (var mounted = MountedSnapshot.mount(snapshotter.view(key, image.snapshot()), temporary);
 *         var root = Directory.open(mounted.root())) {
 *     …
 * } finally {
 *     snapshotter.remove(key);
 * }
 * }</pre>
 */
public final class MountedSnapshot implements AutoCloseable {

    private static final String PREFIX = TemporaryMount.PREFIX;
    private static final Set<String> NOT_FOR_THE_KERNEL =
            Set.of("lowerdir", "upperdir", "workdir", "ro", "rw");

    private final Path root;

    private MountedSnapshot(Path root) {
        this.root = root;
    }

    /**
     * Mounts a snapshot.
     *
     * @param mounts as a {@link Snapshotter} gave them
     * @param directory where the mount point is made; created if it is missing
     */
    public static MountedSnapshot mount(List<Mount> mounts, Path directory) throws IOException {
        Path root = Files.createTempDirectory(Files.createDirectories(directory), PREFIX);
        try {
            mountAt(mounts, root);
            return new MountedSnapshot(root);
        } catch (IOException | RuntimeException e) {
            try {
                new MountedSnapshot(root).close();
            } catch (IOException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
    }

    /** Mounts a snapshot on a directory, for the caller to unmount. */
    public static void mountAt(List<Mount> mounts, Path target) throws IOException {
        for (Mount mount : mounts) {
            mount(mount, target);
        }
    }

    /** Where the tree is. */
    public Path root() {
        return root;
    }

    /**
     * Unmounts and removes what another process left when it died in the middle of such work.
     *
     * @param directory where the mount points were made; nothing is done if there is none
     */
    public static void removeLeft(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var left = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path root : left) {
                new MountedSnapshot(root).close();
            }
        }
    }

    /** Unmounts; a process that still is inside keeps its view alone. */
    @Override
    public void close() throws IOException {
        while (detached()) {
            // What lies below may be mounted too.
        }
        Files.delete(root);
    }

    private boolean detached() throws IOException {
        try {
            Mounts.detach(root);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL) { // It was not mounted.
                throw e;
            }
            return false;
        }
    }

    private static void mount(Mount mount, Path target) throws IOException {
        switch (mount.type()) {
            case "bind" -> bind(mount, target);
            case "overlay" -> overlay(mount).mount(target);
            default -> throw new IllegalArgumentException("unknown mount type " + mount.type());
        }
    }

    private static void bind(Mount mount, Path target) throws IOException {
        Mounts.bind(Path.of(mount.source()), target, mount.options().contains("rbind"));
        if (mount.options().contains("ro")) {
            Mounts.remountBind(target, Set.of(MountFlag.READ_ONLY));
        }
    }

    private static OverlayMount overlay(Mount mount) {
        List<Path> lowers =
                Arrays.stream(mount.option("lowerdir").split(":")).map(Path::of).toList();
        String upper = mount.option("upperdir");
        Optional<OverlayMount.Upper> writable =
                upper.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new OverlayMount.Upper(
                                        Path.of(upper), Path.of(mount.option("workdir"))));
        List<String> others = new ArrayList<>();
        for (String option : mount.options()) {
            if (!NOT_FOR_THE_KERNEL.contains(option.replaceFirst("=.*", ""))) {
                others.add(option);
            }
        }
        return new OverlayMount(lowers, writable, others);
    }
}
