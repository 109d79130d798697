package jong.manager.unpack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/** The layers below a layer, and what shows of them: as overlayfs would merge them. */
public final class LowerLayers implements AutoCloseable {

    /**
     * Parts of a path are not followed through symlinks: overlayfs merges no directory with one.
     */
    private static final OpenHow PLAIN =
            OpenHow.directory().beneath().withoutSymlinks().withoutFollowing();

    private static final OpenHow FILE =
            OpenHow.path().beneath().withoutSymlinks().withoutFollowing();

    private final List<Directory> layers = new ArrayList<>();

    private LowerLayers() {}

    /** Opens layers by their directories, topmost first. */
    public static LowerLayers open(List<Path> directories) throws IOException {
        var lowers = new LowerLayers();
        try {
            for (Path directory : directories) {
                lowers.layers.add(Directory.open(directory));
            }
            return lowers;
        } catch (IOException e) {
            lowers.close();
            throw e;
        }
    }

    /** The topmost directory that shows under this path; the caller closes it. */
    public Optional<Fd> directory(String path) throws IOException {
        for (Directory layer : layers) {
            Optional<Fd> found = open(layer, path, PLAIN);
            if (found.isPresent()) {
                return found;
            }
            if (hidesWhatIsBelow(layer, path)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The topmost file that shows under this path, opened by its place only. */
    Optional<Fd> file(String path) throws IOException {
        for (Directory layer : layers) {
            Optional<Fd> found = open(layer, path, FILE);
            if (found.isPresent()) {
                Stat stat = found.get().stat();
                if (stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0) {
                    found.get().close();
                    return Optional.empty();
                }
                return found;
            }
            if (hidesWhatIsBelow(layer, path)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        layers.forEach(Directory::close);
    }

    /** The directory of that path in a layer, if it is one. */
    static Optional<Fd> directory(Directory layer, String path) throws IOException {
        return open(layer, path, PLAIN);
    }

    private static Optional<Fd> open(Directory directory, String path, OpenHow how)
            throws IOException {
        try {
            return Optional.of(directory.open(path.isEmpty() ? "." : path, how));
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case ENOENT, ENOTDIR, ELOOP -> Optional.empty();
                default -> throw e;
            };
        }
    }

    /** Whether a part of the path is a file here, a whiteout, or in an opaque directory. */
    private static boolean hidesWhatIsBelow(Directory lower, String path) throws IOException {
        String[] parts = path.split("/");
        var prefix = new StringBuilder();
        for (String part : parts) {
            String parent = prefix.isEmpty() ? "." : prefix.toString();
            try (Fd directory = lower.open(parent, PLAIN)) {
                if (directory.attributes().get(LayerWriter.OPAQUE).isPresent()) {
                    return true;
                }
            } catch (ErrnoException e) {
                return e.errno() != Errno.ENOENT;
            }
            prefix.append(prefix.isEmpty() ? "" : "/").append(part);
        }
        return directory(lower, path).isEmpty() && exists(lower, path);
    }

    private static boolean exists(Directory lower, String path) throws IOException {
        try (Fd _ = lower.open(path, OpenHow.path().beneath().withoutFollowing())) {
            return true;
        } catch (ErrnoException e) {
            return e.errno() != Errno.ENOENT;
        }
    }
}
