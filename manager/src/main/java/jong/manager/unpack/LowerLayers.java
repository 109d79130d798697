package jong.manager.unpack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What {@link #showing} has found, by path. */
    private final Map<String, List<Directory>> showing = new HashMap<>();

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
        List<Directory> showing = showing(path);
        return showing.isEmpty() ? Optional.empty() : directory(showing.getFirst(), path);
    }

    /** The topmost file that shows under this path, opened by its place only. */
    Optional<Fd> file(String path) throws IOException {
        for (Directory layer : showing(parent(path))) {
            Optional<Fd> found = open(layer, path, FILE);
            if (found.isPresent() && isWhiteout(found.get())) {
                found.get().close();
                return Optional.empty();
            }
            if (found.isPresent()) {
                return found;
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

    /**
     * The layers whose directories make up what shows under the path, topmost first. The parent's
     * are known mostly, since parents come first: no other layer can have it.
     */
    private List<Directory> showing(String path) throws IOException {
        List<Directory> known = showing.get(path);
        if (known != null) {
            return known;
        }
        if (path.isEmpty()) {
            return remember("", layers);
        }
        if (!showing.containsKey(parent(path))) {
            for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
                String above = path.substring(0, end);
                remember(above, showing(parent(above)));
            }
        }
        return remember(path, showing(parent(path)));
    }

    /** Finds those of the layers that show the path. */
    private List<Directory> remember(String path, List<Directory> candidates) throws IOException {
        var found = new ArrayList<Directory>();
        boolean hidden = false;
        for (int i = 0; i < candidates.size() && !hidden; i++) {
            Directory layer = candidates.get(i);
            try (Fd directory = layer.open(path.isEmpty() ? "." : path, PLAIN)) {
                found.add(layer);
                hidden = directory.attributes().get(LayerWriter.OPAQUE).isPresent();
            } catch (ErrnoException e) {
                hidden =
                        switch (e.errno()) {
                            case ENOENT -> false;
                            case ENOTDIR, ELOOP -> true; // A file or a whiteout.
                            default -> throw e;
                        };
            }
        }
        List<Directory> all = found.isEmpty() ? List.of() : List.copyOf(found);
        showing.put(path, all);
        return all;
    }

    private static boolean isWhiteout(Fd file) throws IOException {
        Stat stat = file.stat();
        return stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
