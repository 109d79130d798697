package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.status.StatusException;

/** What overlayfs needs in a snapshot's directory, and how it is told to show it. */
final class OverlayTrees {

    /**
     * One less than OVL_MAX_STACK of Linux, fs/overlayfs/params.h, the lower directories of one
     * mount: the files of a container that does not run are read with its upper one among them.
     */
    static final int MOST_LAYERS = 499;

    private static final int ROOT_PERMISSIONS = 0755;
    private static final String WORK = "work";

    private final List<String> kernelOptions = KernelOptions.overlay();

    /** The same path, if it can be an option of overlayfs. */
    static Path requireUsable(Path root) {
        if (root.toString().matches(".*[:,\\\\].*")) {
            throw new StatusException.InvalidArgument(
                    "snapshots cannot lie in " + root + ": overlayfs takes no ':', ',' or '\\'");
        }
        return root;
    }

    /**
     * Makes the upper and the work directory. The upper one shows as the root of the tree, so it
     * looks like the parent's root.
     *
     * @param lowers the layers below, topmost first
     */
    void fill(Path own, List<Path> lowers) throws IOException {
        if (lowers.size() > MOST_LAYERS) {
            throw new StatusException.InvalidArgument(
                    "max depth exceeded: overlayfs shows at most "
                            + MOST_LAYERS
                            + " layers, and these are "
                            + lowers.size());
        }
        Path files = DirectorySnapshotter.files(own);
        try (var directory = Directory.open(own)) {
            directory.makeDirectory(WORK, ROOT_PERMISSIONS);
            String name = files.getFileName().toString();
            directory.makeDirectory(name, ROOT_PERMISSIONS);
            directory.changeMode(name, ROOT_PERMISSIONS);
            if (!lowers.isEmpty()) {
                try (var lower = Directory.open(lowers.getFirst())) {
                    var stat = lower.fd().stat();
                    directory.changeOwner(name, stat.uid(), stat.gid());
                    directory.changeMode(name, stat.permissions());
                }
            }
        }
    }

    /** The directory that belongs to overlayfs. */
    static Path work(Path own) {
        return own.resolve(WORK);
    }

    /**
     * What to mount.
     *
     * @param layers the layers below, topmost first
     */
    List<Mount> mounts(Kind kind, Path own, List<Path> layers) throws IOException {
        List<Path> lowers = showing(layers);
        Path files = DirectorySnapshotter.files(own);
        if (kind == Kind.VIEW) {
            return switch (lowers.size()) {
                case 0 -> DirectorySnapshotter.bind(files, "ro");
                case 1 -> DirectorySnapshotter.bind(lowers.getFirst(), "ro");
                default -> overlay(lowers, List.of());
            };
        }
        if (lowers.isEmpty()) {
            return DirectorySnapshotter.bind(files, "rw");
        }
        return overlay(lowers, List.of("workdir=" + work(own), "upperdir=" + files));
    }

    /**
     * In docker's words.
     *
     * @param layers a snapshot's own files and those below, topmost first
     * @param own the snapshot's directory; what docker calls merged is never mounted there
     */
    static Map<String, String> places(List<Path> layers, Path own) {
        Map<String, String> places = new LinkedHashMap<>();
        if (layers.size() > 1) {
            places.put("LowerDir", joined(layers.subList(1, layers.size())));
        }
        places.put("MergedDir", own.resolve("merged").toString());
        places.put("UpperDir", layers.getFirst().toString());
        places.put("WorkDir", work(own).toString());
        return places;
    }

    /**
     * Layers without those that one above hides as a whole: overlayfs heeds opaque directories, but
     * not that the root of a layer is one.
     */
    private static List<Path> showing(List<Path> layers) throws IOException {
        for (int i = 0; i < layers.size(); i++) {
            if (isOpaque(layers.get(i))) {
                return layers.subList(0, i + 1);
            }
        }
        return layers;
    }

    private static boolean isOpaque(Path layer) throws IOException {
        try (var root = Directory.open(layer)) {
            byte[] value = root.fd().attributes().get("trusted.overlay.opaque").orElse(null);
            return Arrays.equals(value, new byte[] {'y'});
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return false; // It is lost, as the mount will tell.
            }
            throw e;
        }
    }

    private List<Mount> overlay(List<Path> lowers, List<String> writable) {
        List<String> options = new ArrayList<>(kernelOptions);
        options.addAll(writable);
        options.add("lowerdir=" + joined(lowers));
        return List.of(new Mount("overlay", "overlay", options));
    }

    private static String joined(List<Path> layers) {
        return String.join(":", layers.stream().map(Path::toString).toList());
    }
}
