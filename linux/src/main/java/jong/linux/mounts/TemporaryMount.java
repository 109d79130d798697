package jong.linux.mounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;

/**
 * An open file or directory of whatever path, mounted at a path of this program's own for a while:
 * for who takes paths only, and must not follow those that somebody else may change meanwhile.
 *
 * <p>What lies below comes along; nothing of it spreads to where the original is. Needs root.
 */
public final class TemporaryMount implements AutoCloseable {

    /** The place's name begins with it, so that a later process finds what this one left. */
    public static final String PREFIX = "mount-";

    private final Path place;

    private TemporaryMount(Path place) {
        this.place = place;
    }

    /**
     * Mounts it.
     *
     * @param source stays the caller's, and may be closed
     * @param directory where the place is made, out of others' reach
     */
    public static TemporaryMount of(Fd source, Path directory) throws IOException {
        boolean isDirectory = source.stat().type() == FileType.DIRECTORY;
        var made =
                new TemporaryMount(
                        isDirectory
                                ? Files.createTempDirectory(directory, PREFIX)
                                : Files.createTempFile(directory, PREFIX, ""));
        try {
            made.attach(source);
            return made;
        } catch (IOException | RuntimeException e) {
            Files.delete(made.place);
            throw e;
        }
    }

    private void attach(Fd source) throws IOException {
        try (var copy = DetachedMount.copyOf(source);
                var target = Fd.open(place, OpenHow.path())) {
            copy.configure(false);
            copy.attach(target);
        }
    }

    /** Where it is. */
    public Path place() {
        return place;
    }

    /** Unmounts it; copies that others made of the mount stay. */
    @Override
    public void close() throws IOException {
        Mounts.detach(place);
        Files.delete(place);
    }
}
